"""Samples of the mutations of views."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.views.asking import EVERYTHING, make_view

_SHARED = {"label": "Shared", "condition": EVERYTHING, "visibility": "STAFF"}


async def _create(desk: Desk) -> dict[str, Any]:
    return dict(_SHARED)


async def _view(desk: Desk) -> str:
    return str((await make_view(desk.founder, **_SHARED))["id"])


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": await _view(desk), "label": "Changed"}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": await _view(desk)}


async def _reorder(desk: Desk) -> dict[str, Any]:
    return {"ids": [await _view(desk)]}


SAMPLES = {
    "viewCreate": Sample(make=_create, denied="agent"),
    "viewUpdate": Sample(make=_update, denied="agent"),
    "viewDelete": Sample(make=_delete, denied="agent"),
    "viewReorder": Sample(make=_reorder, denied="agent"),
}
