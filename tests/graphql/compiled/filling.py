"""A desk with rows of every sort: nulls where they may be, what is deleted or suspended, private notes, what an
organisation shares, custom fields of every kind, texts too long to come with their row."""

from typing import Any
from uuid import UUID

import orjson

from core.graphql.compiled.reader import LARGEST_INLINE
from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch, fetch_value, transaction
from core.kit.ids import new_id
from core.testing import Desk
from tests.fields.shaping import define_all
from tests.graphql.compiled.filler import Filler
from tests.graphql.compiled.workings import fill_workings
from tests.isolation.planting import Planted, plant
from tests.tickets.making import open_ticket, reply

TICKETS = 18
ROLE = """mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code path } } }"""
NARROW = {
    "group_agent": ("GROUP", ["ticket.update", "ticket.reply", "ticket.note", "event.read"]),
    "own_agent": ("OWN", ["ticket.reply"]),
}
"""Roles of less sight: their tickets' scope and what they permit."""
CUSTOM: dict[str, Any] = {
    "text": "text 文本", "multiline": "a\nb", "date": "2026-02-28", "time": "08:30", "datetime": "2026-02-28T08:30:00Z",
    "number": 2.5, "positive_integer": 7, "link": "https://example.com/?a=1", "boolean": False, "select": "a",
    "radio": "b", "multiselect": ["c", "a"], "checkbox": ["b"], "cascade": ["hardware", "printer"],
}  # fmt: skip


async def fill(desk: Desk) -> Planted:
    """The desk with people of every sight; `people` has them by name."""
    await define_all(desk, "TICKET")
    await define_all(desk, "USER")
    for key, (scope, permissions) in NARROW.items():
        given = {"key": key, "name": key, "ticketScope": scope, "permissions": permissions}
        (await desk.founder.ask(ROLE, input=given)).payload("roleCreate")
        desk.people[key] = await desk.add(key)
    desk.people["helper"] = await desk.add("helper", UserKind.EXTERNAL)
    desk.people["mate"] = await desk.add("mate", UserKind.CUSTOMER)
    planted = await plant(desk)
    for person in (desk.customer, desk.agent):
        ticket = await open_ticket(person, title="打印机 50% \\ jams")
        await reply(desk.founder, ticket, "see you")
        await reply(desk.customer, ticket, "再见 <b>&</b>")
    filler = Filler(planted)
    with acting_for(desk.tenant_id):
        async with transaction():
            await _shared_organization(filler)
            await _wordings(filler)
            await _accesses(filler)
            group = await _second_group(filler)
            for place in range(TICKETS):
                await _ticket(filler, place, group)
            await fill_workings(filler)
    return planted


async def _shared_organization(filler: Filler) -> None:
    desk, tenant = filler.desk, filler.desk.tenant_id
    organization = await filler.planted.row(
        "organizations", name="共享 Ltd", shares_tickets=True, custom={"gone": 1}, external_id=None
    )
    await execute(
        "update users set organization_id = :organization, custom = :custom::jsonb, locale = null, mobile = null"
        " where tenant_id = :tenant and id = any(:ids)",
        {
            "organization": organization, "tenant": tenant, "ids": [desk.customer.key, desk.mate.key],
            "custom": orjson.dumps(CUSTOM).decode(),
        },
    )  # fmt: skip


async def _wordings(filler: Filler) -> None:
    for table in ("statuses", "options", "field_definitions"):
        for key in (await filler.keys(table))[::2]:
            await execute(
                f"update {table} set labels = :labels::jsonb where tenant_id = :tenant and id = :id",
                {"labels": '{"zh-Hans": "中文", "de": "Wörter"}', "tenant": filler.desk.tenant_id, "id": key},
            )


async def _accesses(filler: Filler) -> None:
    """Of fields of every kind, what customers may do differs."""
    await execute(
        "update field_definitions set customer_access = (array['EDIT', 'READ', 'NONE'])[1 + position % 3]"
        " where tenant_id = :tenant and customer_access <> 'NONE'",
        {"tenant": filler.desk.tenant_id},
    )


async def _second_group(filler: Filler) -> UUID:
    group = await filler.planted.row("groups", name="Second", description="", is_active=False)
    for person in (filler.desk.group_agent, filler.desk.founder):
        is_leader = person is filler.desk.founder
        await filler.planted.row("memberships", group_id=group, user_id=person.key, is_leader=is_leader)
    return group


async def _ticket(filler: Filler, place: int, group: UUID) -> None:
    desk, dice, row = filler.desk, filler.dice, filler.planted.row
    tenant = {"tenant": desk.tenant_id}
    status = dice.choice(
        await fetch("select id, category from statuses where tenant_id = :tenant order by id", tenant)
    )
    number = await fetch_value(
        "update ticket_counters set value = value + 1 where tenant_id = :tenant returning value", tenant
    )
    people = [desk.customer.key, desk.mate.key, filler.planted.rival.key, desk.own_agent.key]
    organization = await fetch_value(
        "select organization_id from users where tenant_id = :tenant and id = :id",
        {**tenant, "id": (requester := people[place % 4])},
    )
    options = [await filler.keys("options", f"list = '{name}'") for name in ("PRIORITY", "TYPE", "NATURE")]
    priority, kind, nature = (filler.maybe(dice.choice(each)) for each in options)
    ticket = await row(
        "tickets", number=number, title=f"{dice.choice(['打印机', 'Printer 100%', 'a_b', 'Über'])} {place % 5}",
        state=["ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "SUSPENDED", "DELETED"][place % 6], status_id=status["id"],
        status_category=status["category"], priority_id=priority, priority_position=3 if priority else 0,
        type_id=kind, nature_id=nature, requester_id=requester, initiator_id=filler.maybe(desk.agent.key),
        creator_id=dice.choice([requester, desk.agent.key]), group_id=filler.maybe(group),
        assignee_id=filler.maybe(dice.choice([desk.agent.key, desk.own_agent.key, desk.group_agent.key])),
        organization_id=organization, source=dice.choice(["API", "EMAIL", "WECHAT", "PHONE"]),
        custom=dice.choice([{}, CUSTOM, {"select": "b", "number": 3}, {**CUSTOM, "text": None}]),
        external_id=f"CRM-{place}" if place % 3 == 0 else None, created_at=filler.moment(),
        updated_at=(changed := filler.moment()), public_updated_at=changed, version=place + 1,
        **{name: filler.maybe(filler.moment()) for name in ("due_at", "callback_at", "first_reply_at", "solved_at")},
    )  # fmt: skip
    await _conversation(filler, place, ticket)
    await _around(filler, place, ticket, group)


async def _conversation(filler: Filler, place: int, ticket: UUID) -> None:
    desk, row = filler.desk, filler.planted.row
    last = None
    for turn in range(place % 4):
        author = [desk.customer.key, desk.agent.key, desk.own_agent.key, None][(turn + place) % 4]
        long = "长 text " * (LARGEST_INLINE // 8) if (place, turn) in ((6, 1), (7, 0), (7, 2)) else ""
        last = await row(
            "messages", ticket_id=ticket, author_id=author, sender="AGENT" if author else "SYSTEM", medium="API",
            visibility="PRIVATE" if turn == 1 else "PUBLIC", body_text=f"said {turn} {long}",
            body_html=f"<p>said {turn}</p>", created_at=filler.moment(),
        )  # fmt: skip
        if turn != 1 or place % 2:
            await row(
                "attachments", message_id=last, ticket_id=ticket, file_name="文件.txt", content_type="text/plain",
                byte_size=filler.dice.choice([1, 2**31 - 1]), sha256="0" * 64, blob_key=f"{place}-{turn}",
            )  # fmt: skip
    await execute(
        "update tickets set last_message_id = :last where tenant_id = :tenant and id = :id",
        {"last": last, "tenant": desk.tenant_id, "id": ticket},
    )


async def _around(filler: Filler, place: int, ticket: UUID, group: UUID) -> None:
    desk, row = filler.desk, filler.planted.row
    if place % 3 == 0:
        names = await filler.keys("tags")
        await row("ticket_tags", ticket_id=ticket, tag_id=names[0])
    for person, kind in ((desk.helper, "CC"), (desk.mate, "STAR"), (desk.own_agent, "FOLLOW")):
        if filler.dice.random() < 0.5:
            await row("watches", ticket_id=ticket, user_id=person.key, kind=kind)
    await row(
        "assignments", ticket_id=ticket, how="TRANSFER", by_id=desk.agent.key,
        from_user_id=filler.maybe(desk.own_agent.key), to_group_id=filler.maybe(group),
    )  # fmt: skip
    for kind, changes in (
        ("ticket.created", {}),
        ("ticket.updated", {"title": ["a", "b"], "group_id": [None, str(group)]}),
        ("ticket.tagged", {"tags": [[], [str(group)]]}),
        ("message.added", {"visibility": "PRIVATE", "message_id": str(new_id())}),
    ):
        if filler.dice.random() < 0.4:
            await row(
                "events", batch_id=new_id(), type=kind, subject_type="ticket", subject_id=ticket, changes=changes,
                actor_id=filler.maybe(desk.agent.key), on_behalf_of_id=filler.maybe(desk.customer.key), via="api",
            )  # fmt: skip
