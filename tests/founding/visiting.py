"""What tests of founding are given: visitors who come from an address, and what they ask."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import httpx2
import orjson

from core.kit.context import acting_for
from core.kit.database import fetch, system_fetch
from core.testing import Answer
from core.testing.serving import Served

FOUND = """mutation($input: TenantCreateInput!) { tenantCreate(input: $input) {
  slug expiresAt userErrors { code path message } } }"""
ACCEPT = """mutation($input: InvitationAcceptInput!) { invitationAccept(input: $input) {
  token userErrors { code path } } }"""


@asynccontextmanager
async def visiting(app: Served, ip: str = "") -> AsyncIterator[Served]:
    """The installation's own host, as somebody at this address meets it; one that nobody else has unless told."""
    ip = ip or f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    transport = httpx2.ASGITransport(app=app.application, client=(ip, 50_000))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        yield Served(app.settings, http, app.application)


def given(**values: Any) -> dict[str, Any]:
    """A helpdesk that nobody has."""
    slug = f"own-{secrets.token_hex(5)}"
    return {
        "slug": slug, "name": "易维", "locale": "zh-Hans", "timeZone": "Asia/Shanghai", "founderName": "王伟",
        "founderEmail": f"wang@{slug}.example", "preset": "ewei", **values,
    }  # fmt: skip


async def founded(visitor: Served, **values: Any) -> Answer:
    """Found a helpdesk."""
    return await visitor.ask(FOUND, {"input": given(**values)})


async def tenant_of(slug: str) -> UUID:
    """The key of the tenant. Looks across tenants: the test stands in none."""
    [row] = await system_fetch("select id from tenants where slug = :slug", {"slug": slug})
    found: UUID = row["id"]
    return found


async def mails_of(tenant_id: UUID) -> list[dict[str, Any]]:
    """The mails queued at a helpdesk, oldest first."""
    with acting_for(tenant_id):
        rows = await fetch("select payload from jobs where kind = 'mail.send' order by id")
    return [orjson.loads(row["payload"]) for row in rows]
