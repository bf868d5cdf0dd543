"""Samples of the mutations of ways to sign in."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.signon.making import connected, instance


async def _create(desk: Desk) -> dict[str, Any]:
    return {"instanceId": await instance(desk.admin), "name": "Site", "serves": "CUSTOMERS"}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": await connected(desk), "provisions": True}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": await connected(desk)}


SAMPLES = {
    "signInMethodCreate": Sample(make=_create, denied="agent"),
    "signInMethodUpdate": Sample(make=_update, denied="agent"),
    "signInMethodDelete": Sample(make=_delete, denied="agent"),
}
