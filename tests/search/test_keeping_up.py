"""Words follow what they are of: they come with it, change with it and go with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from core.kit.context import UserKind, acting_for
from core.kit.database import Reach, execute, fetch, transaction
from core.kit.ids import key_of
from core.kit.jobs import Pace, work
from core.kit.stream import Listener, follow
from core.kit.stream.followers import fan_out
from core.kit.waking import PostgresWaking
from core.search.service import INDEX, WHERE
from core.search.subjects import SUBJECTS
from core.search.tasks import index_told
from core.testing import Desk
from core.worker import FOLLOWERS
from settings import Settings
from tests.search.finding import found, index, search
from tests.tickets.making import open_ticket, reply, updated
from tests.tickets.test_purging import deleted, purge

QUICK = Pace(poll_seconds=0.05, grace=timedelta(seconds=5))
SECONDS = 60
UPDATE_USER = "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }"
CREATE = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { id } userErrors { code } } }"""
CHANGE = (
    "mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) { userErrors { code } } }"
)
REMOVE = (
    "mutation($input: OrganizationDeleteInput!) { organizationDelete(input: $input) { userErrors { code } } }"
)


async def words(desk: Desk) -> dict[str, list[tuple[Any, ...]]]:
    """All words of the desk, by type."""
    with acting_for(desk.tenant_id):
        return {
            name: [
                tuple(row)
                for row in await fetch(f"select id, words::text, created_at from {each.words} order by id")
            ]
            for name, each in SUBJECTS.items()
        }


@pytest.fixture
async def worker(settings: Settings) -> AsyncIterator[None]:
    """What the worker does about words, from now on."""
    assert settings.database_url is not None
    ours = [each for each in FOLLOWERS if each.kind == INDEX]
    await fan_out(ours[0])
    tasks = [
        asyncio.create_task(follow(ours, Listener(PostgresWaking(settings.database_url.get_secret_value())))),
        asyncio.create_task(work({INDEX: index_told}, QUICK)),
    ]
    yield
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    await execute("delete from stream_positions where name = :name", {"name": INDEX}, reach=Reach.SYSTEM)


@pytest.mark.usefixtures("worker")
async def test_a_new_ticket_is_found_a_moment_later(desk: Desk) -> None:
    await open_ticket(desk.customer, title="orchid", body="about orchids")

    async with asyncio.timeout(SECONDS):
        # Words may come between the look for the nodes and the one for their number.
        while len((await search(desk.admin, "orchid"))["nodes"]) < 2:  # noqa: ASYNC110 - rows in a database
            await asyncio.sleep(0.05)

    assert await found(desk.admin, "orchid") == ["orchid", "about orchids"]


async def test_a_changed_title_is_found_by_its_new_words_alone(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="orchid", body="-")
    await index(desk)
    await updated(desk.admin, ticket, title="rose")
    assert await found(desk.admin, "orchid") == ["rose"]  # not yet

    await index(desk)

    assert await found(desk.admin, "rose") == ["rose"]
    assert await found(desk.admin, "orchid") == []


async def test_a_reply_is_found(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="x", body="x")
    await index(desk)
    await reply(desk.admin, ticket, "an orchid")
    with acting_for(desk.tenant_id):
        rows = await fetch(f"select e.id from events e where {WHERE} order by e.id desc limit 1")

    await index(desk, [row["id"] for row in rows])

    assert await found(desk.admin, "orchid") == ["an orchid"]


async def test_a_renamed_person_and_organisation_are_found(desk: Desk) -> None:
    person = await desk.add("ann", UserKind.CUSTOMER, name="Orchid", email="a@b.example")
    made = (await desk.founder.ask(CREATE, input={"name": "Orchids", "domains": ["o.example"]})).payload(
        "organizationCreate"
    )["organization"]
    await index(desk)
    assert await found(desk.admin, "orchid") == ["Orchid", "Orchids"]

    (await desk.founder.ask(UPDATE_USER, input={"id": person.id, "name": "Rose"})).payload("userUpdate")
    change = {"id": made["id"], "name": "Roses", "domains": ["roses.example"]}
    (await desk.founder.ask(CHANGE, input=change)).payload("organizationUpdate")
    await index(desk)

    assert await found(desk.admin, "orchid") == []
    assert set(await found(desk.admin, "rose")) == {"Rose", "Roses"}
    assert await found(desk.admin, "o.example", types=["ORGANIZATION"]) == []


async def test_events_may_be_told_twice_and_late(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="orchid", body="orchid")
    await reply(desk.admin, ticket, "orchid")
    await index(desk)
    before = await words(desk)

    await index(desk)

    assert await words(desk) == before
    assert [len(before[name]) for name in ("Ticket", "Message")] == [1, 2]


async def test_words_go_with_a_purged_ticket(desk: Desk) -> None:
    await deleted(desk, days=40)
    await open_ticket(desk.customer, title="kept")
    await index(desk)
    before = await words(desk)
    assert [len(before[name]) for name in ("Ticket", "Message")] == [2, 2]

    assert await purge(desk) == 1
    await index(desk)  # its events are there still

    after = await words(desk)
    assert [len(after[name]) for name in ("Ticket", "Message")] == [1, 1]


async def test_words_go_with_an_organisation(desk: Desk) -> None:
    made = (await desk.founder.ask(CREATE, input={"name": "Orchids"})).payload("organizationCreate")
    await index(desk)
    assert len((await words(desk))["Organization"]) == 1

    removed = await desk.founder.ask(REMOVE, input={"id": made["organization"]["id"]})
    removed.payload("organizationDelete")

    assert (await words(desk))["Organization"] == []


async def test_a_text_that_was_changed_in_place_is_read_anew(desk: Desk) -> None:
    """Whoever takes words out of a message tells of it by an event that names the message."""
    ticket = await open_ticket(desk.customer, title="x", body="an orchid")
    await index(desk)
    with acting_for(desk.tenant_id):
        async with transaction():
            key = await fetch("select id from messages")
            await execute("update messages set body_text = 'a rose'")
            await execute(
                "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)"
                " values (gen_random_uuid(), :tenant, now(), gen_random_uuid(), 'message.redacted', 'ticket', :ticket,"
                " jsonb_build_object('message_id', :message::text), 'api')",
                {
                    "tenant": desk.tenant_id, "ticket": key_of(ticket["id"], "tkt"),
                    "message": str(key[0]["id"]),
                },
            )  # fmt: skip

    await index(desk)

    assert await found(desk.admin, "orchid") == []
    assert await found(desk.admin, "rose") == ["a rose"]


async def test_a_message_that_moved_is_found_on_its_new_ticket(desk: Desk) -> None:
    first = await open_ticket(desk.customer, title="first", body="orchid")
    second = await open_ticket(desk.customer, title="second", body="rose")
    await index(desk)
    with acting_for(desk.tenant_id):
        await execute(
            "update messages set ticket_id = :to where ticket_id = :from",
            {"to": key_of(second["id"], "tkt"), "from": key_of(first["id"], "tkt")},
        )

    await index(desk)

    with acting_for(desk.tenant_id):
        rows = await fetch("select distinct ticket_id from message_words")
    assert [row["ticket_id"] for row in rows] == [key_of(second["id"], "tkt")]


async def test_two_workers_leave_the_newest_words(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="title 0", body="-")
    for place in range(1, 4):
        await updated(desk.admin, ticket, title=f"title {place}")
        await asyncio.gather(*(index(desk) for _ in range(4)))

    assert await found(desk.admin, "title 3") == ["title 3"]
    assert await found(desk.admin, "title 2") == []
