"""Samples of the mutations of the helpdesk itself."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample


async def _update(desk: Desk) -> dict[str, Any]:
    return {"name": "Renamed", "timeZone": "Asia/Shanghai"}


SAMPLES = {"tenantUpdate": Sample(make=_update, denied="agent")}
