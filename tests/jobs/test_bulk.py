"""Bulk updates: by ids and by filter, both error policies, the rights of the moment, cancelling."""

import asyncio
import contextvars

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch, fetch_value
from core.kit.ids import key_of
from core.kit.jobs import GiveUp, progress
from core.testing import Desk
from core.tickets.service import bulk
from tests.jobs.asking import CANCEL, seen
from tests.jobs.bulk import BULK, asked, ended, failures, titles, working
from tests.tickets.making import open_ticket, statuses, update


async def some_tickets(desk: Desk, number: int) -> list[str]:
    return [(await open_ticket(desk.founder, title=f"Printer {n}"))["id"] for n in range(number)]


async def close(desk: Desk, ticket: str) -> None:
    (await update(desk.founder, {"id": ticket}, statusId=(await statuses(desk))["closed"])).payload(
        "ticketUpdate"
    )


@pytest.mark.requirement("J1")
async def test_tickets_named_are_changed_and_what_failed_is_told(desk: Desk, other: Desk) -> None:
    tickets = await some_tickets(desk, 3)
    await close(desk, tickets[1])
    foreign = (await open_ticket(other.founder, title="theirs"))["id"]

    job = await asked(desk.founder, select={"ids": [*tickets, foreign, tickets[0]]}, patch={"title": "Same"})
    async with working():
        found = await ended(desk.founder, job)

    assert (found["state"], found["kind"]) == ("DONE", "ticket.bulk_update")
    assert found["progress"] == {"done": 4, "total": 4}
    assert found["result"] == {"succeededCount": 2, "failedCount": 2, "isRolledBack": False}
    number = (await desk.founder.ask("query($id: ID!) { ticket(id: $id) { number } }", id=tickets[1])).data
    told = await failures(desk.founder, job)
    assert told["totalCount"] == {"value": 2}
    assert {each["subjectId"]: (each["code"], each["message"]) for each in told["nodes"]} == {
        tickets[1]: (
            "CONFLICT",
            f"Ticket #{number['ticket']['number']} is closed and can no longer be changed; open a new ticket that"
            " refers to it.",
        ),
        foreign: ("NOT_FOUND", "There is no such ticket."),
    }
    assert [title for title, _ in await titles(desk, tickets)] == ["Same", "Printer 1", "Same"]
    assert await titles(other, [foreign]) == [("theirs", 1)]
    assert {each["subjectId"]: each["path"] for each in told["nodes"]} == {
        tickets[1]: ["id"],
        foreign: ["id"],
    }
    page = await failures(desk.founder, job, first=1)
    rest = await failures(desk.founder, job, first=1, after=page["pageInfo"]["endCursor"])
    assert page["nodes"] + rest["nodes"] == told["nodes"]


async def test_a_filter_selects_what_the_viewer_sees_at_that_moment(desk: Desk) -> None:
    tickets = await some_tickets(desk, 3)
    await close(desk, tickets[0])

    job = await asked(
        desk.founder, select={"filter": {"statusCategory": {"notIn": ["CLOSED"]}}}, patch={"title": "Open"}
    )
    later = await some_tickets(desk, 1)
    async with working():
        found = await ended(desk.founder, job)

    assert found["result"] == {"succeededCount": 2, "failedCount": 0, "isRolledBack": False}
    assert [title for title, _ in await titles(desk, [*tickets, *later])] == [
        "Printer 0", "Open", "Open", "Printer 0",
    ]  # fmt: skip


async def test_all_or_nothing_changes_none_when_one_fails(desk: Desk) -> None:
    tickets = await some_tickets(desk, 3)
    before = await titles(desk, tickets)
    await close(desk, tickets[2])
    events = "select count(*) from events where type = 'ticket.updated' and changes ? 'title'"

    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"}, onError="ROLL_BACK_ALL")
    async with working():
        found = await ended(desk.founder, job)

    assert found["state"] == "DONE"
    assert found["result"] == {"succeededCount": 0, "failedCount": 1, "isRolledBack": True}
    assert [each["subjectId"] for each in (await failures(desk.founder, job))["nodes"]] == [tickets[2]]
    assert [title for title, _ in await titles(desk, tickets)] == [title for title, _ in before]
    with acting_for(desk.tenant_id):
        assert await fetch_value(events) == 0


async def test_all_or_nothing_changes_all_when_none_fails(desk: Desk) -> None:
    tickets = await some_tickets(desk, 3)

    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"}, onError="ROLL_BACK_ALL")
    async with working():
        found = await ended(desk.founder, job)

    assert found["result"] == {"succeededCount": 3, "failedCount": 0, "isRolledBack": False}
    assert await titles(desk, tickets) == [("Same", 2)] * 3


async def test_the_rights_are_those_of_the_moment_it_runs(desk: Desk) -> None:
    tickets = await some_tickets(desk, 2)
    job = await asked(desk.admin, select={"ids": tickets}, patch={"title": "Mine"})
    with acting_for(desk.tenant_id):
        await execute("delete from user_roles where user_id = :user", {"user": desk.admin.key})

    async with working():
        found = await ended(desk.founder, job)

    assert found["result"] == {"succeededCount": 0, "failedCount": 2, "isRolledBack": False}
    assert {each["code"] for each in (await failures(desk.founder, job))["nodes"]} == {"FORBIDDEN"}
    assert await titles(desk, tickets) == [("Printer 0", 1), ("Printer 1", 1)]


async def test_whoever_may_not_act_any_more_changes_nothing(desk: Desk) -> None:
    tickets = await some_tickets(desk, 1)
    job = await asked(desk.admin, select={"ids": tickets}, patch={"title": "Mine"})
    with acting_for(desk.tenant_id):
        await execute(
            "update tokens set revoked_at = now() where user_id = :user and kind = 'API'",
            {"user": desk.admin.key},
        )

    async with working():
        found = await ended(desk.founder, job)

    assert (found["state"], found["error"]["code"]) == ("PARKED", "GIVEN_UP")
    assert await titles(desk, tickets) == [("Printer 0", 1)]


REVOKE = "update tokens set revoked_at = now() where user_id = :user and kind = 'API'"
DEMOTE = "delete from user_roles where user_id = :user"


@pytest.mark.parametrize("on_error", ["SKIP_FAILED", "ROLL_BACK_ALL"])
@pytest.mark.parametrize("taken", [REVOKE, DEMOTE])
async def test_rights_that_are_taken_away_while_it_runs_end_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, on_error: str, taken: str
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    tickets = await some_tickets(desk, 4)
    job = await asked(desk.admin, select={"ids": tickets}, patch={"title": "Mine"}, onError=on_error)
    plain, changed = bulk.update_ticket, []

    async def take_at_the_second(*given: object) -> object:
        changed.append(given[1])
        if len(changed) == 2:  # by another act than the worker's, whose transaction is open here
            await asyncio.get_running_loop().create_task(_done(desk, taken), context=contextvars.Context())
        return await plain(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk, "update_ticket", take_at_the_second)
    async with working():
        found = await ended(desk.founder, job)

    assert found["state"] == ("PARKED" if taken == REVOKE else "DONE")
    kept = 2 if on_error == "SKIP_FAILED" else 0
    assert sorted(version for _, version in await titles(desk, tickets)) == [1] * (4 - kept) + [2] * kept


async def _done(desk: Desk, statement: str) -> None:
    with acting_for(desk.tenant_id):
        await execute(statement, {"user": desk.admin.key})


async def test_a_cancelled_bulk_update_stops_between_chunks_and_keeps_what_it_did(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    tickets = await some_tickets(desk, 5)
    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"})
    plain, changed = bulk.update_ticket, []

    async def cancel_after_two(*given: object) -> object:
        changed.append(given[1])
        if len(changed) == 2:
            (await desk.founder.ask(CANCEL, input={"id": job})).payload("jobCancel")
        return await plain(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk, "update_ticket", cancel_after_two)
    async with working():
        found = await ended(desk.founder, job)

    assert (found["state"], found["progress"]) == ("CANCELLED", {"done": 2, "total": 5})
    assert found["result"] == {"succeededCount": 2, "failedCount": 0, "isRolledBack": False}
    assert sorted(version for _, version in await titles(desk, tickets)) == [1, 1, 1, 2, 2]


async def test_a_long_bulk_update_lets_others_go_first_and_goes_on(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "CHUNK", 1)
    tickets = await some_tickets(desk, 3)
    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"})

    turns = iter([False, True, False, True, False, False, False])
    monkeypatch.setattr(bulk, "is_over", lambda _until: next(turns))
    async with working():
        found = await ended(desk.founder, job)

    assert (found["state"], found["attempts"]) == ("DONE", 3)
    assert await titles(desk, tickets) == [("Same", 2)] * 3


async def test_what_cannot_be_is_refused_at_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    (ticket,) = await some_tickets(desk, 1)
    monkeypatch.setattr(bulk, "MOST_TOGETHER", 0)
    patch = {"title": "x"}
    for given, refusal in (
        ({"select": {"ids": [ticket]}, "patch": {}}, ("REQUIRED", ["patch"])),
        ({"select": {"ids": [ticket, "x"]}, "patch": patch}, ("NOT_FOUND", ["select", "ids", "1"])),
        ({"select": {"ids": ["tkt_" + "0" * 32]}, "patch": patch}, ("NOT_FOUND", ["select", "ids"])),
        ({"select": {"ids": [ticket] * 1001}, "patch": patch}, ("LIMIT_EXCEEDED", ["select", "ids"])),
        ({"select": {"ids": [ticket]}, "patch": {"statusId": "x"}}, ("NOT_FOUND", ["patch", "statusId"])),
        (
            {"select": {"ids": [ticket]}, "patch": {"groupId": "grp_" + "0" * 32}},
            ("NOT_FOUND", ["patch", "groupId"]),
        ),
        (
            {"select": {"filter": {}}, "patch": patch, "onError": "ROLL_BACK_ALL"},
            ("LIMIT_EXCEEDED", ["select", "filter"]),
        ),
    ):
        assert (await desk.founder.ask(BULK, input=given)).refusals("ticketBulkUpdate") == [refusal]
    with acting_for(desk.tenant_id):
        assert await fetch("select 1 from jobs where kind = 'ticket.bulk_update'") == []


async def test_every_kind_of_value_comes_through_the_job(desk: Desk) -> None:
    (ticket,) = await some_tickets(desk, 1)
    pending = (await statuses(desk))["pending"]
    answer = await desk.founder.ask(
        "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }",
        input={"name": "red"},
    )
    tag = answer.payload("tagCreate")["tag"]["id"]

    job = await asked(
        desk.founder, select={"ids": [ticket]},
        patch={
            "statusId": pending, "dueAt": "2030-01-02T03:04:05Z", "callbackAt": None, "addTagIds": [tag],
            "assigneeId": None,
        },
    )  # fmt: skip
    async with working():
        assert (await ended(desk.founder, job))["result"]["succeededCount"] == 1

    query = "query($id: ID!) { ticket(id: $id) { status { id } dueAt callbackAt tags { id } } }"
    assert (await desk.founder.ask(query, id=ticket)).data["ticket"] == {
        "status": {"id": pending}, "dueAt": "2030-01-02T03:04:05Z", "callbackAt": None, "tags": [{"id": tag}],
    }  # fmt: skip
    with acting_for(desk.tenant_id):
        payload = await fetch_value("select payload from jobs where id = :id", {"id": key_of(job, "job")})
    assert payload == "{}"
    assert await seen(desk.agent, job) is None


@pytest.mark.parametrize("ending", ["parked", "cancelled late", "cancelled between attempts"])
async def test_all_or_nothing_that_never_committed_counts_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    """Progress is told while it runs; what came of it is only what was committed."""
    tickets = await some_tickets(desk, 3)
    job = await asked(desk.founder, select={"ids": tickets}, patch={"title": "Same"}, onError="ROLL_BACK_ALL")
    monkeypatch.setattr(progress, "_EVERY", 0.0)
    plain, at_the_second = bulk.update_ticket, []

    async def stumble(ctx: object, key: object, *given: object) -> object:
        at_the_second.append(await seen(desk.founder, job))
        if len(at_the_second) % 3 != 0:
            return await plain(ctx, key, *given)
        if ending == "cancelled late":  # by another act than the worker's, whose transaction is open here
            asking = asyncio.get_running_loop().create_task(
                desk.founder.ask(CANCEL, input={"id": job}), context=contextvars.Context()
            )
            (await asking).payload("jobCancel")
        raise GiveUp("no more") if ending == "parked" else ValueError("the disk is full")

    monkeypatch.setattr(bulk, "update_ticket", stumble)
    async with working():
        if ending == "cancelled between attempts":
            async with asyncio.timeout(30):
                while not ((now := await seen(desk.founder, job))["error"] and now["state"] == "WAITING"):  # noqa: ASYNC110 - another process changes it
                    await asyncio.sleep(0.02)
            assert now["progress"] == {"done": 0, "total": 3}
            (await desk.founder.ask(CANCEL, input={"id": job})).payload("jobCancel")
        found = await ended(desk.founder, job)

    assert [each["progress"]["done"] for each in at_the_second[:3]] == [0, 1, 2], "told while it ran"
    assert {each["result"]["succeededCount"] for each in at_the_second} == {0}
    assert found["state"] == ("PARKED" if ending == "parked" else "CANCELLED")
    assert found["progress"] == {"done": 0, "total": 3}
    assert found["result"] == {"succeededCount": 0, "failedCount": 0, "isRolledBack": False}
    assert await titles(desk, tickets) == [(f"Printer {n}", 1) for n in range(3)]
