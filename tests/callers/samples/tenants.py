"""Samples of the mutations of the helpdesk itself."""

import secrets
from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample


async def _update(desk: Desk) -> dict[str, Any]:
    return {"name": "Renamed", "timeZone": "Asia/Shanghai"}


async def _found(desk: Desk) -> dict[str, Any]:
    slug = f"own-{secrets.token_hex(5)}"
    return {"slug": slug, "name": "Own", "founderName": "Ann", "founderEmail": f"ann@{slug}.example"}


SAMPLES = {
    "tenantUpdate": Sample(make=_update, denied="agent"),
    "tenantCreate": Sample(
        make=_found, denied=None, why_none="Nobody who is signed in.", anonymous=True, at_no_desk=True
    ),
}
