"""Samples of the mutations of blocks of content."""

import secrets
from typing import Any

from core.testing import Desk
from tests.appearance.asking import make_block
from tests.callers.sample import Sample


async def _create(desk: Desk) -> dict[str, Any]:
    return {"key": f"b_{secrets.token_hex(4)}", "title": "Opening hours", "body": "<p>Nine to five.</p>"}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": (await make_block(desk.founder))["id"], "title": "Changed"}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": (await make_block(desk.founder))["id"]}


SAMPLES = {
    "contentBlockCreate": Sample(make=_create, denied="agent"),
    "contentBlockUpdate": Sample(make=_update, denied="agent"),
    "contentBlockDelete": Sample(make=_delete, denied="agent"),
}
