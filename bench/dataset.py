"""The data set: one tenant of the wanted size beside a small one, built once for each size and kept."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from core.identity.service.adding import NewUser, add_user
from core.identity.service.tokens import issue
from core.identity.tokens import TokenKind
from core.kit.context import UserKind, acting_for
from core.kit.database import Database, fetch, open_database, transaction
from core.kit.database.connect import credentials
from core.kit.ids import id_at
from core.operating import found_tenant, operator_context, role_keys
from core.tenants.service import NewTenant

CUSTOMERS = 5_000
CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Subject:
    """Who asks in the bench, and the keys that hand-written routes use."""

    tenant_id: UUID
    user_id: UUID
    token: str
    ticket_ids: tuple[UUID, ...]


async def prepare(url: str, tickets: int) -> Subject:
    """Build the tenant unless it is there, and give a fresh token for its admin."""
    slug = f"bench-{tickets}"
    async with open_database(Database(url=url)):
        owner = await asyncpg.connect(**credentials(url))
        try:
            tenant_id = await owner.fetchval("select id from tenants where slug = $1", slug)
            if tenant_id is None:
                tenant_id = await _build(owner, slug, tickets)
            return await _subject(tenant_id)
        finally:
            await owner.close()


async def _subject(tenant_id: UUID) -> Subject:
    with acting_for(tenant_id):
        async with transaction():
            admin = await fetch(
                "select id from users where kind = 'AGENT' and not is_founder order by id limit 1"
            )
            token = await issue(operator_context(tenant_id), admin[0]["id"], TokenKind.API)
        rows = await fetch("select id from tickets order by id limit 2000")
        return Subject(tenant_id, admin[0]["id"], token.secret, tuple(row["id"] for row in rows))


async def _build(owner: asyncpg.Connection, slug: str, tickets: int) -> UUID:
    tenant_id, _founder_id = await found_tenant(
        NewTenant(slug=slug, name="Bench"),
        founder_email=f"founder@{slug}.example",
        founder_name="Founder",
        status="ACTIVE",
    )
    with acting_for(tenant_id):
        async with transaction():
            admin = NewUser(kind=UserKind.AGENT, name="Admin", email=f"admin@{slug}.example")
            user = await add_user(
                operator_context(tenant_id), admin, role_ids=[(await role_keys(tenant_id))["admin"]]
            )
        statuses = await fetch("select id, category from statuses where category <> 'CLOSED'")
        priorities = await fetch("select id, position from options where list = 'PRIORITY'")
    chance = random.Random(1)
    begin = datetime.now(UTC) - timedelta(days=365)
    async with owner.transaction():
        groups = await _copy_groups(owner, tenant_id, begin)
        tags = await _copy_tags(owner, tenant_id, begin)
        customers = await _copy_customers(owner, tenant_id, begin)
        for start in range(0, tickets, CHUNK):
            numbers = range(start + 1, min(start + CHUNK, tickets) + 1)
            made = [
                _ticket(chance, number, begin + timedelta(seconds=number * 300 % 31_000_000), tenant_id, user.id,
                        customers, groups, statuses, priorities, tags)
                for number in numbers
            ]  # fmt: skip
            await _copy(owner, "tickets", TICKET, [each[0] for each in made])
            await _copy(owner, "messages", MESSAGE, [each[1] for each in made])
            await _copy(owner, "ticket_tags", LINK, [link for each in made for link in each[2]])
        await owner.execute("update ticket_counters set value = $1 where tenant_id = $2", tickets, tenant_id)
    await owner.execute("analyze")
    return tenant_id


TICKET = (
    "id", "tenant_id", "created_at", "updated_at", "version", "number", "title", "state", "status_id",
    "status_category", "priority_id", "priority_position", "requester_id", "creator_id", "group_id", "assignee_id",
    "source", "last_message_id", "custom", "public_updated_at", "public_version",
)  # fmt: skip
MESSAGE = (
    "id", "tenant_id", "created_at", "ticket_id", "author_id", "sender", "medium", "visibility", "body_text", "body_html",
)  # fmt: skip
LINK = ("id", "tenant_id", "created_at", "ticket_id", "tag_id")


def _ticket(
    chance: random.Random, number: int, moment: datetime, tenant_id: UUID, agent_id: UUID, customers: list[UUID],
    groups: list[UUID], statuses: list[Any], priorities: list[Any], tags: list[UUID],
) -> tuple[tuple[object, ...], tuple[object, ...], list[tuple[object, ...]]]:  # fmt: skip
    ticket_id, message_id = id_at(moment), id_at(moment)
    status, priority, requester = chance.choice(statuses), chance.choice(priorities), chance.choice(customers)
    ticket = (
        ticket_id, tenant_id, moment, moment + timedelta(seconds=number % 997), 1, number,
        f"Ticket {number} 打印机卡纸 about the printer on floor {number % 40}", "ACTIVE", status["id"], status["category"],
        priority["id"], priority["position"], requester, requester, chance.choice(groups), agent_id, "EMAIL", message_id, "{}",
        moment + timedelta(seconds=number % 997), 1,
    )  # fmt: skip
    body = f"Hello, this is the text of ticket {number}. It goes on for a line or two, as people do. 谢谢！"
    message = (message_id, tenant_id, moment, ticket_id, requester, "CUSTOMER", "EMAIL", "PUBLIC", body, body)
    links: list[tuple[object, ...]] = [
        (id_at(moment), tenant_id, moment, ticket_id, tag)
        for tag in chance.sample(tags, chance.randint(0, 3))
    ]
    return ticket, message, links


async def _copy(
    owner: asyncpg.Connection, table: str, columns: tuple[str, ...], rows: Sequence[tuple[object, ...]]
) -> None:
    await owner.copy_records_to_table(table, columns=columns, records=rows)


async def _copy_groups(owner: asyncpg.Connection, tenant_id: UUID, moment: datetime) -> list[UUID]:
    keys = [id_at(moment) for _ in range(12)]
    columns = ("id", "tenant_id", "created_at", "updated_at", "version", "name", "description", "is_active")
    rows = [(key, tenant_id, moment, moment, 1, f"Group {place}", "", True) for place, key in enumerate(keys)]
    await _copy(owner, "groups", columns, rows)
    return keys


async def _copy_tags(owner: asyncpg.Connection, tenant_id: UUID, moment: datetime) -> list[UUID]:
    keys = [id_at(moment) for _ in range(30)]
    columns = ("id", "tenant_id", "created_at", "updated_at", "version", "name", "name_key")
    rows = [
        (key, tenant_id, moment, moment, 1, f"tag {place}", f"tag {place}") for place, key in enumerate(keys)
    ]
    await _copy(owner, "tags", columns, rows)
    return keys


async def _copy_customers(owner: asyncpg.Connection, tenant_id: UUID, moment: datetime) -> list[UUID]:
    keys = [id_at(moment) for _ in range(CUSTOMERS)]
    columns = (
        "id", "tenant_id", "created_at", "updated_at", "version", "kind", "name", "email", "email_key", "status",
        "is_founder", "custom",
    )  # fmt: skip
    rows = [
        (
            key, tenant_id, moment, moment, 1, "CUSTOMER", f"Customer {place}", f"c{place}@bench.example",
            f"c{place}@bench.example", "ACTIVE", False, "{}",
        )
        for place, key in enumerate(keys)
    ]  # fmt: skip
    await _copy(owner, "users", columns, rows)
    return keys
