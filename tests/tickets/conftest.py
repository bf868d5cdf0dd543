"""A desk with sixty tickets of every sort, inserted at once, for the tests of lists."""

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch, insert_rows
from core.kit.ids import key_of, new_id, to_global
from core.testing import Desk
from core.testing.desks import make_desk
from core.testing.serving import Served
from tests.tickets.making import make_group, options

MANY = 60
TITLES = ("打印机坏了", "Printer 100% jams", "printer_on_fire", "a\\b", "Über")
START = datetime(2026, 3, 1, tzinfo=UTC)
COLUMNS = {
    "id": "uuid", "tenant_id": "uuid", "number": "int8", "title": "text", "state": "text", "status_id": "uuid",
    "status_category": "text", "priority_id": "uuid", "priority_position": "int", "nature_id": "uuid",
    "requester_id": "uuid", "initiator_id": "uuid", "creator_id": "uuid", "group_id": "uuid", "assignee_id": "uuid",
    "source": "text", "due_at": "timestamptz", "callback_at": "timestamptz", "last_customer_at": "timestamptz",
    "last_agent_at": "timestamptz", "solved_at": "timestamptz", "closed_at": "timestamptz", "deleted_at": "timestamptz",
    "custom": "jsonb", "external_id": "text",
    "created_at": "timestamptz", "updated_at": "timestamptz", "version": "int",
    "public_updated_at": "timestamptz", "public_version": "int",
}  # fmt: skip
SHOWN = """id number title state statusCategory status { id } priority { id } type { id } nature { id } category { id }
  requester { id } initiator { id } creator { id } group { id } assignee { id } organization { id } tags { id } source
  dueAt callbackAt lastCustomerAt lastAgentAt solvedAt closedAt deletedAt externalId createdAt updatedAt"""
EVERYTHING = f"{{ tickets(first: 100, filter: {{not: {{state: {{in: []}}}}}}) {{ nodes {{ {SHOWN} }} }} }}"


@dataclass(frozen=True)
class Shelf:
    """The desk, its tickets as the API tells them, their priorities' ranks by id, and what the founder watches."""

    desk: Desk
    tickets: list[dict[str, Any]]
    ranks: dict[str, int]
    watched: set[str]


async def _rows(desk: Desk, dice: random.Random) -> list[dict[str, Any]]:
    groups = [key_of(await make_group(desk, name, desk.agent, desk.leader), "grp") for name in ("A", "B")]
    priorities = list((await options(desk, "PRIORITY")).values())
    natures = [key_of(each, "opt") for each in (await options(desk, "NATURE")).values()]
    with acting_for(desk.tenant_id):
        statuses = await fetch(
            "select id, category from statuses where tenant_id = :tenant", {"tenant": desk.tenant_id}
        )

    def moment() -> datetime:
        return START + timedelta(hours=dice.randrange(12))

    def maybe(value: Any) -> Any:
        return value if dice.random() < 0.6 else None

    people = [desk.customer.key, desk.agent.key, desk.admin.key]
    rows = []
    for number in range(1, MANY + 1):
        status, rank = dice.choice(statuses), dice.randrange(5)
        rows.append({
            "id": new_id(), "tenant_id": desk.tenant_id, "number": number, "custom": "{}", "version": 1,
            "title": f"{dice.choice(TITLES)} {number % 7}",
            "state": dice.choice(["ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED", "DELETED"]), "status_id": status["id"],
            "status_category": status["category"], "priority_position": rank,
            "priority_id": key_of(priorities[rank - 1], "opt") if rank else None,
            "nature_id": maybe(dice.choice(natures)),
            "requester_id": dice.choice(people), "initiator_id": maybe(desk.agent.key),
            "creator_id": dice.choice(people),
            "group_id": maybe(dice.choice(groups)), "assignee_id": maybe(dice.choice(people[1:])),
            "source": dice.choice(["API", "EMAIL", "WECHAT"]), "external_id": maybe(f"CRM-{number}"),
            **{name: maybe(moment()) for name in COLUMNS if name.endswith("_at")},
            "created_at": moment(), "updated_at": (changed := moment()), "public_updated_at": changed,
            "public_version": 1,
        })  # fmt: skip
    dice.shuffle(rows)
    return rows


async def _tag(desk: Desk, rows: list[dict[str, Any]], dice: random.Random) -> None:
    tags = []
    for name in ("red", "green", "blue"):
        answer = await desk.founder.ask(
            "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }",
            input={"name": name},
        )
        tags.append(key_of(answer.payload("tagCreate")["tag"]["id"], "tag"))
    links = [
        {
            "id": new_id(),
            "tenant_id": desk.tenant_id,
            "created_at": START,
            "ticket_id": row["id"],
            "tag_id": tag,
        }
        for row in rows
        for tag in dice.sample(tags, dice.randrange(4))
    ]
    types = {
        "id": "uuid",
        "tenant_id": "uuid",
        "created_at": "timestamptz",
        "ticket_id": "uuid",
        "tag_id": "uuid",
    }
    await insert_rows("ticket_tags", types, links)


@pytest.fixture(scope="module")
async def shelf(app: Served) -> AsyncIterator[Shelf]:
    """Sixty tickets with many ties."""
    desk, dice = await make_desk(app), random.Random(7)
    rows = await _rows(desk, dice)
    with acting_for(desk.tenant_id):
        await insert_rows("tickets", COLUMNS, rows)
        await _tag(desk, rows, dice)
        for row in rows[::4]:
            await execute(
                "insert into watches (id, tenant_id, created_at, ticket_id, user_id, kind)"
                " values (:id, :tenant, :now, :ticket, :user, :kind)",
                {
                    "id": new_id(), "tenant": desk.tenant_id, "now": START, "ticket": row["id"],
                    "user": desk.founder.key, "kind": dice.choice(["FOLLOW", "STAR"]),
                },
            )  # fmt: skip
    tickets = (await desk.founder.ask(EVERYTHING)).data["tickets"]["nodes"]
    assert len(tickets) == MANY
    ranks = {to_global("tkt", row["id"]): row["priority_position"] for row in rows}
    yield Shelf(desk, tickets, ranks, {to_global("tkt", row["id"]) for row in rows[::4]})
