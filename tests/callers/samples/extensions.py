"""Samples of the mutations of plugins."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.extensions.making import configured, enable


async def _plugin(_desk: Desk) -> dict[str, Any]:
    return {"name": "sample"}


async def _enabled(desk: Desk) -> dict[str, Any]:
    await enable(desk.admin)
    return {"name": "sample"}


async def _create(desk: Desk) -> dict[str, Any]:
    await enable(desk.admin)
    config = {"address": "here", "token": "a"}
    return {"plugin": "sample", "provider": "sample", "label": "Main", "config": config}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": (await configured(desk))["id"], "config": {"address": "there"}}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": (await configured(desk))["id"]}


SAMPLES = {
    "pluginEnable": Sample(make=_plugin, denied="agent"),
    "pluginDisable": Sample(make=_enabled, denied="agent"),
    "pluginInstanceCreate": Sample(make=_create, denied="agent"),
    "pluginInstanceUpdate": Sample(make=_update, denied="agent"),
    "pluginInstanceDelete": Sample(make=_delete, denied="agent"),
}
