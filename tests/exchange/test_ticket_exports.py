"""Files of tickets: which, what of them, in which form, for whom, and what becomes of a job that ends half-way."""

import asyncio
import io
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.exchange.formats import FileFormat
from core.exchange.service import exporting
from core.exchange.service.cells import neutral, unmarked
from core.exchange.service.exporting import TicketExport, write_tickets
from core.exchange.service.selecting import Selection, select
from core.files.service import expire_job_files
from core.identity.queries import viewers_of
from core.kit.context import Context, acting_for
from core.kit.database import execute, fetch_value
from core.kit.graph import Request
from core.kit.ids import key_of
from core.kit.jobs.progress import Progress
from core.operating import operator_context
from core.testing import Desk
from tests.exchange.working import (
    TICKETS,
    asked,
    content,
    done,
    ended,
    exported,
    files,
    rows,
    runtime_in,
    working,
)
from tests.fields.shaping import define
from tests.files.sending import path_of
from tests.jobs.asking import CANCEL
from tests.tickets.making import open_ticket


async def tickets(desk: Desk, *titles: str) -> list[str]:
    return [(await open_ticket(desk.founder, title=each))["id"] for each in titles]


async def put(desk: Desk, ticket: str, **values: object) -> None:
    columns = ", ".join(f"{name} = :{name}" for name in values)
    with acting_for(desk.tenant_id):
        await execute(f"update tickets set {columns} where id = :id", {**values, "id": key_of(ticket, "tkt")})


@pytest.mark.requirement("J2")
async def test_ticked_rows_come_with_the_fields_chosen_in_their_order(desk: Desk) -> None:
    first, second, _ = await tickets(desk, "打印机卡纸", "Scanner", "Left out")
    await put(desk, first, created_at=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    with acting_for(desk.tenant_id):
        await execute("update tenants set time_zone = 'Asia/Shanghai' where id = :id", {"id": desk.tenant_id})

    found = await exported(
        desk, desk.founder, "TITLE", "NUMBER", "CREATED_AT", "ID", "STATUS", select={"ids": [second, first]}
    )

    assert found[0] == ["Title", "Number", "Created", "ID", "Status"]
    assert found[1] == ["打印机卡纸", "1", "2026-11-23 16:00:00+08:00", first, "New"]
    assert [row[0] for row in found[2:]] == ["Scanner"]


@pytest.mark.requirement("J2")
async def test_custom_fields_are_columns_with_their_labels_and_wordings(desk: Desk) -> None:
    await define(
        desk, "SELECT", "reason", label="Reason", labels=[{"locale": "zh", "label": "原因"}],
        options=[{"key": "paper", "label": "Paper jam"}],
    )  # fmt: skip
    ticket = (
        await open_ticket(desk.founder, customFields=[{"key": "reason", "value": {"optionKeys": ["paper"]}}])
    )["id"]
    given = {"select": {"ids": [ticket]}, "fields": [{"customField": "reason"}, {"field": "NUMBER"}]}

    answer = await desk.served.ask(
        TICKETS, {"input": given}, token=desk.founder.token, accept_language="zh-CN"
    )
    job = answer.payload("ticketExport")["job"]["id"]
    await done(desk, desk.founder, job)

    assert rows(await content(desk.founder, job)) == [["原因", "编号"], ["Paper jam", "1"]]


@pytest.mark.requirement("J3")
async def test_a_workbook_keeps_texts_as_texts_and_numbers_as_numbers(desk: Desk) -> None:
    await tickets(desk, "=1+1", "Plain")
    job = await asked(
        desk.founder,
        select={"filter": {"title": {"contains": "="}}},
        fields=[{"field": "TITLE"}, {"field": "NUMBER"}, {"field": "DUE_AT"}],
        format="XLSX",
    )

    found = await done(desk, desk.founder, job)
    (file,) = await files(desk.founder, job)
    sheet = openpyxl.load_workbook(io.BytesIO(await content(desk.founder, job))).active

    assert (found["state"], found["progress"]) == ("DONE", {"done": 1, "total": 1})
    assert file["fileName"].startswith("tickets-") and file["fileName"].endswith(".xlsx")
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Title", "Number", "Due"],
        ["=1+1", 1, None],
    ]
    title = sheet["A2"]
    assert (title.data_type, title.quotePrefix) == ("s", True)


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_what_a_spreadsheet_would_compute_is_marked_and_can_be_had_back(first: str) -> None:
    text = f"{first}cmd|'/c calc'!A1"

    assert neutral(text) == f"'{text}"
    assert unmarked(neutral(text)) == text
    assert (neutral("5 - 3"), unmarked("'tis")) == ("5 - 3", "'tis")


@pytest.mark.requirement("J3")
async def test_a_filter_selects_as_in_lists_and_cells_are_neutral(desk: Desk) -> None:
    kept, gone = await tickets(desk, "=HYPERLINK(1)", "=gone")
    await tickets(desk, "Other")
    await put(desk, gone, state="DELETED")

    live = await exported(desk, desk.founder, "TITLE", select={"filter": {"title": {"startsWith": "="}}})
    all_states = await exported(
        desk, desk.founder, "TITLE",
        select={"filter": {"title": {"startsWith": "="}, "state": {"in": ["ACTIVE", "DELETED"]}}},
    )  # fmt: skip

    assert kept and live == [["Title"], ["'=HYPERLINK(1)"]]
    assert all_states == [["Title"], ["'=HYPERLINK(1)"], ["'=gone"]]


@pytest.mark.requirement("B13")
@pytest.mark.requirement("B17")
async def test_leaders_export_and_agents_do_not_until_they_may(desk: Desk) -> None:
    (ticket,) = await tickets(desk, "Seen")
    given = {"select": {"ids": [ticket]}, "fields": [{"field": "NUMBER"}]}
    await put(desk, ticket, creator_id=desk.leader.key, requester_id=desk.leader.key)

    refused = (await desk.agent.ask(TICKETS, input=given)).data["ticketExport"]
    job = await asked(desk.leader, **given)

    assert [each["code"] for each in refused["userErrors"]] == ["FORBIDDEN"]
    assert refused["job"] is None
    assert (await done(desk, desk.leader, job))["state"] == "DONE"


@pytest.mark.requirement("J3")
async def test_only_tickets_in_sight_are_in_the_file_by_ids_and_by_filter(desk: Desk, other: Desk) -> None:
    mine, hidden = await tickets(desk, "Mine", "Hidden")
    foreign = (await open_ticket(other.founder, title="Foreign"))["id"]
    await put(desk, mine, assignee_id=desk.leader.key)

    by_ids = await exported(desk, desk.leader, "TITLE", select={"ids": [mine, hidden, foreign]})
    by_filter = await exported(desk, desk.leader, "TITLE")
    none = (await desk.leader.ask(
        TICKETS, input={"select": {"ids": [hidden, foreign]}, "fields": [{"field": "TITLE"}]}
    )).data["ticketExport"]  # fmt: skip

    assert by_ids == by_filter == [["Title"], ["Mine"]]
    assert [(each["code"], each["path"]) for each in none["userErrors"]] == [("NOT_FOUND", ["select", "ids"])]


async def test_contacts_are_for_those_who_may_read_them(desk: Desk) -> None:
    (ticket,) = await tickets(desk, "A")
    await put(desk, ticket, requester_id=desk.customer.key)
    fields = ("REQUESTER_NAME", "REQUESTER_EMAIL")

    told = await exported(desk, desk.founder, *fields)
    with acting_for(desk.tenant_id):
        await execute(
            "update roles set permissions = permissions - 'user.read', ticket_scope = 'ALL' where key = 'leader'"
        )
    untold = await exported(desk, desk.leader, *fields)

    assert told[1] == ["Customer", desk.customer.email]
    assert untold[1] == ["Customer", ""]


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ([], "REQUIRED", ["fields"]),
        ([{"customField": "nope"}], "INVALID", ["fields", "0", "customField"]),
        ([{"field": "TITLE"}, {"field": "TITLE"}], "INVALID", ["fields", "1"]),
    ],
)
async def test_fields_that_cannot_be_are_refused_and_nothing_is_begun(
    desk: Desk, fields: Any, code: str, path: list[str]
) -> None:
    answer = await desk.founder.ask(TICKETS, input={"select": {"filter": {}}, "fields": fields})

    refused = answer.data["ticketExport"]["userErrors"]
    assert [(each["code"], each["path"]) for each in refused] == [(code, path)]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from jobs where kind = 'ticket.export'") == 0


async def test_whoever_loses_the_right_before_it_runs_gets_no_file(desk: Desk) -> None:
    await tickets(desk, "A")
    job = await asked(desk.leader, select={"filter": {}}, fields=[{"field": "TITLE"}])
    with acting_for(desk.tenant_id):
        await execute("update roles set permissions = permissions - 'ticket.export' where key = 'leader'")

    found = await done(desk, desk.leader, job)

    assert (found["state"], found["error"]["code"]) == ("PARKED", "GIVEN_UP")
    assert await files(desk.leader, job) == []


async def test_a_file_is_for_whoever_asked_and_for_three_days(desk: Desk) -> None:
    await tickets(desk, "A")
    job = await asked(desk.leader, select={"filter": {}}, fields=[{"field": "NUMBER"}])
    await done(desk, desk.leader, job)
    (file,) = await files(desk.leader, job)
    path = path_of(file["url"])
    node = "query($id: ID!) { node(id: $id) { id } }"

    assert await files(desk.founder, job) == []
    assert (await desk.founder.ask(node, id=file["id"])).data["node"] is None
    assert (await desk.served.http.get(path[:-1] + ("A" if path[-1] != "A" else "B"))).status_code == 404
    answer = await desk.served.http.get(path)
    assert answer.headers["content-disposition"].startswith('attachment; filename="tickets-')
    expires = datetime.fromisoformat(file["expiresAt"]) - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < expires <= timedelta(days=3)

    with acting_for(desk.tenant_id):
        await execute("update job_files set expires_at = now() - interval '1 second'")
        assert await expire_job_files(operator_context(desk.tenant_id), runtime_in(desk).storage) == 1
        assert await fetch_value("select count(*) from job_files") == 0
    assert (await desk.served.http.get(path)).status_code == 404
    key = str(key_of(file["id"], "jbf"))
    assert await runtime_in(desk).storage.size(key) is None


async def test_an_attempt_that_fails_leaves_no_file_and_the_next_makes_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tickets(desk, "A", "B")
    storage, failed = runtime_in(desk).storage, asyncio.Event()
    put_whole = storage.put

    async def fail_once(key: str, pieces: Any) -> None:
        if failed.is_set():
            return await put_whole(key, pieces)
        failed.set()
        raise OSError("no room")

    monkeypatch.setattr(storage, "put", fail_once)
    job = await asked(desk.founder, select={"filter": {}}, fields=[{"field": "TITLE"}])
    async with working(desk):
        await asyncio.wait_for(failed.wait(), 20)
        assert await files(desk.founder, job) == []
        found = await ended(desk.founder, job)

    assert (found["state"], found["attempts"]) == ("DONE", 2)
    assert [row[0] for row in rows(await content(desk.founder, job))] == ["Title", "A", "B"]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from job_files") == 1


async def test_a_job_whose_end_was_not_written_down_makes_no_second_file(desk: Desk) -> None:
    await tickets(desk, "A")
    job = await asked(desk.founder, select={"filter": {}}, fields=[{"field": "TITLE"}])
    with acting_for(desk.tenant_id):
        payload = await fetch_value("select payload from jobs where kind = 'ticket.export'")
    await done(desk, desk.founder, job)
    (before,) = await files(desk.founder, job)
    await open_ticket(desk.founder, title="Later")
    with acting_for(desk.tenant_id):
        await execute(
            "update jobs set state = 'ready', payload = :payload, finished_at = null where kind = 'ticket.export'",
            {"payload": payload},
        )

    await done(desk, desk.founder, job)

    (after,) = await files(desk.founder, job)
    assert (after["id"], after["sha256"]) == (before["id"], before["sha256"])


async def test_cancelling_ends_an_export_without_a_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await tickets(desk, "A", "B", "C")
    monkeypatch.setattr(exporting, "PAGE", 1)
    begun, go_on = asyncio.Event(), asyncio.Event()
    report = Progress.report

    async def wait(self: Progress, number: int) -> None:
        begun.set()
        await go_on.wait()
        await report(self, number)

    monkeypatch.setattr(Progress, "report", wait)
    job = await asked(desk.founder, select={"filter": {}}, fields=[{"field": "TITLE"}])
    async with working(desk):
        await asyncio.wait_for(begun.wait(), 20)
        await desk.founder.ask(CANCEL, input={"id": job})
        go_on.set()
        found = await ended(desk.founder, job)

    assert found["state"] == "CANCELLED"
    assert await files(desk.founder, job) == []


async def many(desk: Desk, number: int) -> None:
    """Tickets written by one statement."""
    with acting_for(desk.tenant_id):
        await execute(
            "insert into tickets (id, tenant_id, number, title, state, status_id, status_category, priority_position,"
            " requester_id, creator_id, source, release_count, custom, created_at, updated_at, version,"
            " public_updated_at, public_version)"
            " select gen_random_uuid(), :tenant, 1000 + n, 'Ticket ' || n || repeat('x', 150), 'ACTIVE', s.id,"
            " s.category, 0, :user, :user, 'API', 0, '{}', now(), now(), 1, now(), 1"
            " from generate_series(1, :number::int) n,"
            " (select id, category from statuses where tenant_id = :tenant and is_default) s",
            {"tenant": desk.tenant_id, "user": desk.founder.key, "number": number},
        )


class Quiet(Progress):
    """Tells nobody."""

    def __init__(self) -> None:
        pass

    async def report(self, done: int) -> None:
        pass


async def peak(desk: Desk, format: FileFormat, path: Path) -> tuple[int, int]:
    """How many tickets were written, and the most memory that took."""
    with acting_for(desk.tenant_id):
        (viewer,) = await viewers_of([desk.founder.key])
        ctx = Context(viewer)
        wanted = TicketExport(Selection(filter={}), [("field", "TITLE"), ("field", "CREATED_AT")], format)
        selected = await select(Request(ctx=ctx, locale="en", app=None), wanted.selection)
        tracemalloc.start()
        try:
            number = await write_tickets(ctx, wanted, selected, path, Quiet())
            return number, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()


@pytest.mark.requirement("J3")
@pytest.mark.parametrize("format", FileFormat)
async def test_memory_does_not_grow_with_the_number_of_tickets(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: FileFormat
) -> None:
    monkeypatch.setattr(exporting, "PAGE", 250)
    await many(desk, 1000)
    await peak(desk, format, tmp_path / "warm")
    few, little = await peak(desk, format, tmp_path / "few")
    await many_more(desk, 9000)

    lots, much = await peak(desk, format, tmp_path / "lots")

    assert (few, lots) == (1000, 10_000)
    assert much < little * 1.3, (little, much)


async def many_more(desk: Desk, number: int) -> None:
    with acting_for(desk.tenant_id):
        await execute("update tickets set number = number + 100000")
    await many(desk, number)
