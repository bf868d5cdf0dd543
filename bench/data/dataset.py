"""The data set: a tenant for each wanted size, all in one database, each built once and kept."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from bench.data.filling import fill
from bench.data.searchable import make_searchable
from core.identity.service.adding import NewUser, add_user
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.context import UserKind, acting_for
from core.kit.database import Database, fetch, fetch_value, open_database, transaction
from core.kit.database.connect import credentials
from core.kit.graph.paging import Order, write_cursor
from core.operating import found_tenant, operator_context, role_keys
from core.tenants.service import NewTenant

REVISION = 3
"""Raise it when the data change: a new revision is another tenant."""

PAGE = 50
NEWEST = Order(("UPDATED_AT",), descending=True)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks, and what routes ask for."""

    tenant_id: UUID
    tickets: int
    token: str
    admin_id: UUID
    agent_id: UUID
    """Of three groups; sees their tickets."""
    customer_id: UUID
    """Of an organisation that shares its tickets."""
    ticket_ids: tuple[UUID, ...]
    """Of tickets that may be changed."""
    numbers: tuple[int, ...]
    deep_page: int
    """10,000, or the last full page of a smaller set. A set has two at least: 100 tickets."""
    deep_cursor: str
    """What the page before that one ended with."""


async def prepare(url: str, tickets: int) -> Subject:
    """Build the tenant unless it is there, and give a fresh token for its admin."""
    slug = f"bench{REVISION}-{tickets}"
    async with open_database(Database(url=url)):
        owner = await asyncpg.connect(**credentials(url))
        try:
            tenant_id = await owner.fetchval("select id from tenants where slug = $1", slug)
            if tenant_id is None:
                tenant_id = await _build(owner, slug, tickets)
            return await _subject(tenant_id, tickets)
        finally:
            await owner.close()


async def _build(owner: asyncpg.Connection, slug: str, tickets: int) -> UUID:
    tenant_id, _founder_id = await found_tenant(
        NewTenant(slug=slug, name="Bench"),
        founder_email=f"founder@{slug}.example",
        founder_name="Founder",
        status="ACTIVE",
    )
    try:
        with acting_for(tenant_id):
            await _add_agents(tenant_id, slug)
        await fill(owner, tenant_id, tickets)
        await make_searchable(owner, tenant_id)
    except BaseException:
        await owner.execute(
            "update tenants set slug = $2 where id = $1", tenant_id, f"half-{tenant_id.hex[-12:]}"
        )
        raise
    return tenant_id


async def _add_agents(tenant_id: UUID, slug: str) -> None:
    async with transaction():
        ctx, roles = operator_context(tenant_id), await role_keys(tenant_id)
        for name, role in (("Admin", "admin"), *((f"Agent {place}", "agent") for place in range(1, 21))):
            email = f"{name.lower().replace(' ', '-')}@{slug}.example"
            await add_user(ctx, NewUser(kind=UserKind.AGENT, name=name, email=email), role_ids=[roles[role]])


async def _subject(tenant_id: UUID, tickets: int) -> Subject:
    with acting_for(tenant_id):
        admin_id, agent_id = [
            await fetch_value(
                "select id from users where tenant_id = :tenant and name = :name",
                {"tenant": tenant_id, "name": name},
            )
            for name in ("Admin", "Agent 1")
        ]
        customer_id = await fetch_value(
            "select u.id from users u join organizations o on o.tenant_id = u.tenant_id and o.id = u.organization_id"
            " where u.tenant_id = :tenant and u.kind = 'CUSTOMER' and o.shares_tickets order by u.id limit 1",
            {"tenant": tenant_id},
        )
        async with transaction():
            token = await issue(operator_context(tenant_id), admin_id, TokenKind.API)
        rows = await fetch(
            "select id, number from tickets where tenant_id = :tenant and state = 'ACTIVE'"
            " and status_category in ('OPEN', 'PENDING') order by id limit 2000",
            {"tenant": tenant_id},
        )
        deep_page, cursor = await _deep(tenant_id, tickets)
        ids, numbers = tuple(row["id"] for row in rows), tuple(row["number"] for row in rows)
        return Subject(
            tenant_id, tickets, token.secret, admin_id, agent_id, customer_id, ids, numbers, deep_page, cursor
        )


async def _deep(tenant_id: UUID, tickets: int) -> tuple[int, str]:
    page = max(2, min(10_000, tickets * 9 // 10 // PAGE))
    rows = await fetch(
        "select updated_at, id from tickets where tenant_id = :tenant and state = 'ACTIVE'"
        " order by updated_at desc, id desc offset :before limit 1",
        {"tenant": tenant_id, "before": (page - 1) * PAGE - 1},
    )
    return page, write_cursor(NEWEST, [rows[0]["updated_at"], rows[0]["id"]])
