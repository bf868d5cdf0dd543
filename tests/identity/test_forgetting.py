"""Customers who are forgotten: who they were is nowhere any more; their tickets stay, or go where that is wanted."""

import asyncio
from typing import Any

import pytest

from core.identity import tasks
from core.identity.service.again import viewer_again
from core.identity.tasks import privacy_handlers
from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch, fetch_value, tenant_models
from core.kit.ids import key_of
from core.kit.jobs import Claimed, Pace, work
from core.testing import Desk, Person
from core.tickets.service import purging
from tests.callers.rows import changed, digest
from tests.files.sending import stored
from tests.identity.test_merging import merge
from tests.isolation.planting import Planted
from tests.jobs.asking import JOB
from tests.jobs.bulk import ended
from tests.search.finding import found, index
from tests.tickets.making import REPLY, UPDATE, WATCH, open_ticket

FORGET = (
    "mutation($input: Customer{act}Input!) {{ customer{act}(input: $input) {{ job {{ "
    + JOB.replace("{", "{{").replace("}", "}}")
    + " }} userErrors {{ code path message }} }} }}"
)
ANONYMIZE, ERASE = FORGET.format(act="Anonymize"), FORGET.format(act="Erase")
USER = """query($id: ID!) { user(id: $id) { name email mobile externalId locale timeZone lastLoginAt
  organization { id } identities { nodes { id } } } }"""
TRACES = ("Zhaowei", "zw-88", "zhao@", "13900139000", "CRM-88", "203.0.113.77", "Mosaic/1")
"""Of a customer: name, login name, address, number, id elsewhere, where they came from and with what."""


async def zhao(desk: Desk) -> Person:
    """A customer of whom much is known: by a former address, too."""
    twin = await desk.add("twin", UserKind.CUSTOMER, name="Zhaowei Old", email="zhao@old.example")
    person = await desk.add(
        "zhao", UserKind.CUSTOMER, name="Zhaowei", email="zhao@new.example", mobile="+8613900139000",
        external_id="CRM-88", locale="zh-Hans", login_name="zw-88",
    )  # fmt: skip
    (await merge(desk.founder, twin, person)).payload("customerMerge")
    changed = await desk.founder.ask(
        "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { user { id } userErrors { code } } }",
        input={"id": person.id, "name": "Zhaowei 2", "mobile": None},
    )
    changed.payload("userUpdate")
    with acting_for(desk.tenant_id):
        await execute("update users set mobile = '+8613900139000' where id = :id", {"id": person.key})
        await execute(
            "update tokens set ip = '203.0.113.77', user_agent = 'Mosaic/1' where user_id = :id",
            {"id": person.key},
        )
    return person


async def sent_of(desk: Desk, person: Person, ticket: str) -> None:
    """A webhook has carried the customer, and a ticket of theirs."""
    planted = Planted(desk, "hook", person)
    with acting_for(desk.tenant_id):
        hook = await planted.row(
            "webhooks", name="w", url="https://example.com", event_types=["*"], secret="s", state="PAUSED",
            owner_id=desk.founder.key,
        )  # fmt: skip
        for subject in (person.key, key_of(ticket, "tkt")):
            event = await fetch_value("select id from events where subject_id = :id limit 1", {"id": subject})
            await planted.row(
                "webhook_deliveries", webhook_id=hook, event_id=event, event_type="x", state="DONE",
                payload="Zhaowei", response_excerpt="Zhaowei",
            )  # fmt: skip


async def traces(desk: Desk) -> set[tuple[str, str]]:
    """In which tables what is left of the customer."""
    left = set()
    with acting_for(desk.tenant_id):
        for model in tenant_models():
            table = model._meta.db_table
            rows = await fetch(f"select to_jsonb(t)::text as row from {table} t where t.tenant_id = :tenant",
                               {"tenant": desk.tenant_id})  # fmt: skip
            left |= {(table, each) for row in rows for each in TRACES if each in row["row"]}
    return left


async def forget(desk: Desk, document: str, person: Person) -> Any:
    """Asked for by an administrator, and done."""
    (payload,) = (await desk.admin.ask(document, input={"id": person.id})).data.values()
    assert payload["userErrors"] == []
    return await done(desk, payload["job"]["id"])


async def done(desk: Desk, job: str) -> Any:
    task = asyncio.create_task(work(privacy_handlers(viewer_again), Pace(poll_seconds=0.02)))
    try:
        return await ended(desk.admin, job)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_of_who_is_anonymised_nothing_is_left_but_tickets(desk: Desk) -> None:
    person = await zhao(desk)
    ticket = await open_ticket(person, title="Printer")
    await sent_of(desk, person, ticket["id"])
    await index(desk)
    assert await found(desk.admin, "Zhaowei") != []
    assert {table for table, _ in await traces(desk)} >= {
        "users", "user_identities", "events", "tokens", "webhook_deliveries",
    }  # fmt: skip

    job = await forget(desk, ANONYMIZE, person)

    assert (job["state"], job["progress"]) == ("DONE", {"done": 1, "total": 1})
    await index(desk)
    assert await traces(desk) == set()
    assert await found(desk.admin, "Zhaowei") == []
    told = (await desk.admin.ask(USER, id=person.id)).data["user"]
    assert told.pop("name") == "Anonymised customer"
    assert told.pop("identities") == {"nodes": []}
    assert set(told.values()) == {None}
    left = (await desk.admin.ask(
        "query($id: ID!) { ticket(id: $id) { title requester { name status } messages { nodes { bodyText } } } }",
        id=ticket["id"],
    )).data["ticket"]  # fmt: skip
    assert (left["title"], left["requester"]) == (
        "Printer", {"name": "Anonymised customer", "status": "DISABLED"},
    )  # fmt: skip
    assert len(left["messages"]["nodes"]) == 1
    assert (await person.ask("{ viewer { locale } }")).codes == ["UNAUTHENTICATED"]


async def test_a_second_time_changes_nothing(desk: Desk) -> None:
    person = await zhao(desk)
    await forget(desk, ANONYMIZE, person)
    before = await digest(desk.tenant_id)

    await forget(desk, ANONYMIZE, person)

    assert changed(before, await digest(desk.tenant_id)) == ["jobs"]
    with acting_for(desk.tenant_id):
        told = await fetch("select subject_id from events where type = 'user.anonymized'")
    assert len(told) == 2  # of the customer, and of whom they were merged with


async def test_events_keep_that_something_happened_when_and_by_whom(desk: Desk) -> None:
    person = await zhao(desk)
    about = "select id, type, actor_id, changes::text from events where subject_id = :id order by id"
    with acting_for(desk.tenant_id):
        before = await fetch(about, {"id": person.key})

    await forget(desk, ANONYMIZE, person)

    with acting_for(desk.tenant_id):
        after = await fetch(about, {"id": person.key})
    assert [tuple(row)[:3] for row in after[:-1]] == [tuple(row)[:3] for row in before]
    told = {row["type"]: row["changes"] for row in after}
    assert told["user.updated"] == '{"name": [null, null], "mobile": [null, null]}'
    assert told["user.anonymized"] == "{}"


async def test_who_is_erased_is_gone_with_all_tickets_and_others_stay(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    person = await zhao(desk)
    for _ in range(3):
        await open_ticket(person, title="Zhaowei's printer")
    theirs = await open_ticket(desk.customer, title="Other")
    watch = {"ticketId": theirs["id"], "userId": person.id, "kind": "CC"}
    (await desk.founder.ask(WATCH, input=watch)).payload("ticketWatch")
    (await person.ask(REPLY, input={"id": theirs["id"], "body": "me too"})).payload("ticketReply")
    given = await open_ticket(person, title="Given")
    (await desk.founder.ask(UPDATE, input={"id": given["id"], "requesterId": desk.customer.id})).payload(
        "ticketUpdate"
    )
    await stored(person, b"unused")

    job = await forget(desk, ERASE, person)

    assert (job["state"], job["progress"]) == ("DONE", {"done": 3, "total": 3})
    assert await traces(desk) == set()
    assert (await desk.admin.ask(USER, id=person.id)).data["user"] is None
    with acting_for(desk.tenant_id):
        assert {row["title"] for row in await fetch("select title from tickets")} == {"Other", "Given"}
        assert await fetch_value("select count(*) from uploads") == 0
        assert await fetch_value("select count(*) from jobs where kind = 'files.discard'") == 1
        events = await fetch("select type from events where type in ('ticket.purged', 'user.erased')")
    assert sorted(row["type"] for row in events) == ["ticket.purged"] * 3 + ["user.erased"]
    said = (await desk.admin.ask(
        "query($id: ID!) { ticket(id: $id) { messages { nodes { bodyText author { id } } } } }", id=theirs["id"]
    )).data["ticket"]["messages"]["nodes"]  # fmt: skip
    assert [(each["bodyText"], each["author"] is None) for each in said][-1] == ("me too", True)


async def test_what_was_cut_off_goes_on_where_it_stopped_and_twice_does_no_harm(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(purging, "BATCH", 2)
    person = await zhao(desk)
    for _ in range(3):
        await open_ticket(person, title="Printer")
    rounds = iter((False, True))

    async def asked(job: Claimed) -> bool:
        return next(rounds)

    with monkeypatch.context() as patched:
        patched.setattr(tasks, "is_cancel_asked", asked)
        cut = await forget(desk, ERASE, person)
    assert (cut["state"], cut["progress"]) == ("CANCELLED", {"done": 2, "total": 3})
    answers = [await desk.admin.ask(ERASE, input={"id": person.id}) for _ in range(2)]
    first, second = (each.payload("customerErase")["job"]["id"] for each in answers)

    assert (await done(desk, first))["state"] == "DONE"
    assert (await done(desk, second))["state"] == "DONE"

    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from tickets") == 0
        told = await fetch("select type from events where type in ('ticket.purged', 'user.erased')")
    assert sorted(row["type"] for row in told) == ["ticket.purged"] * 3 + ["user.erased"]


@pytest.mark.parametrize("document", [ANONYMIZE, ERASE], ids=["anonymise", "erase"])
async def test_only_customers_and_those_who_still_stand_for_themselves(desk: Desk, document: str) -> None:
    twin = await desk.add("twin", UserKind.CUSTOMER, name="Twin")
    (await merge(desk.founder, twin, desk.customer)).payload("customerMerge")
    name = "customerErase" if document is ERASE else "customerAnonymize"
    before = await digest(desk.tenant_id)

    for person, code in ((desk.agent, "CONFLICT"), (desk.founder, "CONFLICT"), (twin, "CONFLICT")):
        assert (await desk.admin.ask(document, input={"id": person.id})).refusals(name) == [(code, ["id"])]

    assert changed(before, await digest(desk.tenant_id)) == []


async def test_who_may_no_longer_when_it_runs_erases_nobody(desk: Desk) -> None:
    asked = await desk.admin.ask(ERASE, input={"id": desk.customer.id})
    with acting_for(desk.tenant_id):
        await execute("update users set status = 'DISABLED' where id = :id", {"id": desk.admin.key})
    job = asked.payload("customerErase")["job"]["id"]

    task = asyncio.create_task(work(privacy_handlers(viewer_again), Pace(poll_seconds=0.02)))
    try:
        assert (await ended(desk.founder, job))["state"] == "PARKED"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    assert (await desk.founder.ask(USER, id=desk.customer.id)).data["user"]["email"] == desk.customer.email
