"""Imports: what files may look like, whom rows are of, what is told of mistakes, and that nothing comes in twice."""

import asyncio
import io
from contextvars import Context
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import openpyxl
import pytest

from core.exchange.service import importing, reading, unpacking
from core.kit.context import UserKind, acting_for
from core.kit.database import Reach, execute, fetch_value
from core.testing import Desk
from tests.exchange.bringing import CAME_OF, IMPORT, begun, brought, customers, table, tickets, workbook
from tests.exchange.working import content, done, ended, files, rows, working
from tests.fields.shaping import define
from tests.files.sending import path_of, stored
from tests.groups.test_routing import route
from tests.jobs.asking import CANCEL
from tests.tickets.making import make_group, open_ticket

TEMPLATE = """query($kind: ImportKind!, $format: FileFormat!) {
  importTemplate(kind: $kind, format: $format) { headings url } }"""
ZH = ["姓名", "邮箱", "手机"]


@pytest.mark.requirement("J7")
@pytest.mark.requirement("D10")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
async def test_customers_come_in_from_csv_in_the_encodings_of_spreadsheets(desk: Desk, encoding: str) -> None:
    data = table(
        ZH, ["王芳", "wang@例子.中国", "+8613800138000"], ["李雷", "li@a.example", ""], encoding=encoding
    )

    found = await brought(desk, data)

    assert found == {"createdCount": 2}
    known = await customers(desk)
    assert (known["王芳"]["email"], known["王芳"]["mobile"]) == ("wang@例子.中国", "+8613800138000")
    assert known["李雷"]["email"] == "li@a.example"


@pytest.mark.requirement("J7")
@pytest.mark.requirement("D10")
async def test_customers_come_in_from_a_workbook_with_numbers_and_own_fields(desk: Desk) -> None:
    await define(desk, "SELECT", "level", object="USER", label="Level", labels=[{"locale": "zh", "label": "等级"}],
                 options=[{"key": "gold", "label": "Gold"}])  # fmt: skip
    await define(desk, "TEXT", "city", object="USER", label="City")
    data = workbook(
        ["客户姓名*", "手 机", "外部编号", "等级", "city", "Shoe size"],
        ["王芳", 13800138000, 42, "gold", "北京", 38], [None], ["李雷", None, None, None, None, None],
    )  # fmt: skip

    found = await brought(desk, data, country="CN")

    assert found == {"createdCount": 2, "ignoredHeadings": ["Shoe size"]}
    wang = (await customers(desk))["王芳"]
    assert (wang["mobile"], wang["externalId"]) == ("+8613800138000", "42")
    values = {each["field"]["key"]: each.get("text") or each.get("options") for each in wang["customFields"]}
    assert values == {"level": [{"key": "gold"}], "city": "北京"}


@pytest.mark.requirement("J6")
@pytest.mark.requirement("D12")
@pytest.mark.requirement("M1")
async def test_customers_come_in_with_tickets_that_went_through_the_rules(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        label = await fetch_value(
            "select labels ->> 'zh' from options where list = 'PRIORITY' and key = 'urgent'"
        )
    assert label
    data = table(
        ["Name", "E-mail", "Ticket title", "Ticket description", "优先级", "Ticket external ID"],
        ["Wang", "wang@a.example", "'=Printer", "It jams", label, "T-1"],
        ["Wang", "wang@a.example", "Scanner", "", "", ""],
    )

    found = await brought(desk, data, kind="TICKETS")

    assert found == {"createdCount": 1, "unchangedCount": 1, "ticketCount": 2}
    first, second = await tickets(desk)
    assert (first["number"], first["title"], first["externalId"]) == ("1", "=Printer", "T-1")
    assert (first["priority"]["key"], first["requester"]["name"]) == ("urgent", "Wang")
    assert [each["bodyText"] for each in first["messages"]["nodes"]] == ["It jams"]
    assert (second["number"], [each["bodyText"] for each in second["messages"]["nodes"]]) == (
        "2",
        ["Scanner"],
    )


@pytest.mark.requirement("J6")
@pytest.mark.requirement("J7")
async def test_the_same_file_again_brings_in_nothing_twice(desk: Desk) -> None:
    data = table(["Name", "Ticket title"], ["Wang", "Printer"], ["Wang", "Printer"], ["Li", "Scanner"])

    first = await brought(desk, data, kind="TICKETS")
    again = await brought(desk, data, kind="TICKETS")

    assert first == {"createdCount": 3, "ticketCount": 3}
    assert again == {"repeatedCount": 3}
    assert len(await tickets(desk)) == 3


async def test_under_a_key_only_new_rows_of_a_longer_file_come_in(desk: Desk) -> None:
    head, first = ["Name", "Ticket title", "Ticket external ID"], ["Wang", "Printer", "T-1"]

    await brought(desk, table(head, first), kind="TICKETS", key="crm")
    longer = await brought(desk, table(head, first, ["Li", "Scanner", ""]), kind="TICKETS", key="crm")
    changed = await brought(desk, table(head, ["Wang", "Printer!", "T-1"]), kind="TICKETS", key="crm")

    assert longer == {"createdCount": 1, "repeatedCount": 1, "ticketCount": 1}
    # A changed row is another one, and a ticket with an external id is known by that.
    assert changed == {"createdCount": 1}
    assert [each["title"] for each in await tickets(desk)] == ["Printer", "Scanner"]


@pytest.mark.requirement("D7")
@pytest.mark.parametrize(
    ("policy", "name", "mobile", "count"),
    [
        ("FILL", "Wang", "+8613800138000", "updatedCount"),
        ("UPDATE", "Wang Fang", "+8613800138000", "updatedCount"),
        ("SKIP", "Wang", None, "unchangedCount"),
    ],
)
async def test_somebody_known_by_their_address_is_not_made_again(
    desk: Desk, policy: str, name: str, mobile: str | None, count: str
) -> None:
    await desk.add("wang", UserKind.CUSTOMER, name="Wang", email="wang@a.example")

    data = table(["Name", "Email", "Phone"], ["Wang Fang", "WANG@a.example", "+86 138 0013 8000"])
    found = await brought(desk, data, onMatch=policy)

    assert found == {count: 1}
    (known,) = (await customers(desk)).values()
    assert (known["name"], known["mobile"]) == (name, mobile)


@pytest.mark.requirement("D7")
async def test_an_external_id_counts_most_then_the_address_then_the_number(desk: Desk) -> None:
    await desk.add("a", UserKind.CUSTOMER, name="A", external_id="7", mobile="+8613800138000")
    await desk.add("b", UserKind.CUSTOMER, name="B", email="b@a.example", mobile="+8613800138001")
    head = ["Name", "External ID", "E-mail", "Mobile"]

    by_number = await brought(desk, table(head, ["A2", "", "", "+8613800138000"]))
    surest = await brought(desk, table(head, ["A3", "7", "", "+8613800138001"]))
    torn = await brought(desk, table(head, ["C", "7", "b@a.example", ""]))

    assert by_number == {"unchangedCount": 1}
    assert surest == {"unchangedCount": 1}
    assert torn == {
        "failedCount": 1,
        "problems": [
            ["2", "External ID", "CONFLICT",
             "These are of more than one person here; merge those people, or name one of them."],
        ],
    }  # fmt: skip
    assert sorted(await customers(desk)) == ["A", "B"]


async def test_agents_and_another_desks_people_are_not_touched(desk: Desk, other: Desk) -> None:
    await other.add("wang", UserKind.CUSTOMER, name="Theirs", email="wang@a.example")
    data = table(["Name", "E-mail"], ["X", desk.agent.email], ["Wang", "wang@a.example"])

    found = await brought(desk, data, onMatch="UPDATE")

    assert (found["createdCount"], found["failedCount"]) == (1, 1)
    assert found["problems"] == [["2", "E-mail", "CONFLICT", "This is somebody here who is no customer."]]
    assert "Theirs" in await customers(other)


@pytest.mark.requirement("J7")
async def test_each_mistake_is_told_with_its_row_and_column_in_the_askers_language(desk: Desk) -> None:
    await define(desk, "NUMBER", "seats", object="USER", label="Seats")
    with acting_for(desk.tenant_id):
        await execute("update users set locale = 'zh-Hans' where id = :id", {"id": desk.founder.key})
    data = table(
        ["姓名", "邮箱", "手机", "组织", "Seats", "工单标题", "工单优先级"],
        ["", "bad", "123", "Nowhere", "many", "T", "none"],
        ["好人", "ok@a.example", "", "", "3", "Fine", ""],
        ["无标题", "", "", "", "", "", ""],
    )

    found = await brought(desk, data, kind="TICKETS")

    assert (found["createdCount"], found["ticketCount"], found["failedCount"]) == (1, 1, 2)
    told = {(each[0], each[1]): (each[2], each[3]) for each in found["problems"]}
    assert told["2", "手机"] == (
        "INVALID",
        "123 不是有效的电话号码；请以 + 和国家代码开头，例如 +86 138 0013 8000。",
    )
    assert told["2", "组织"][0] == "NOT_FOUND"
    assert told["2", "Seats"] == ("INVALID", "many 不是数字。")
    assert told["2", "工单优先级"] == ("NOT_FOUND", "这里没有 none；请使用服务台已有的值。")


@pytest.mark.parametrize(("account", "asked", "heading", "told"), [
    ("en", "zh-CN", "列", "此项必填。"), ("zh-Hans", "en-GB", "Column", "This is required."),
])  # fmt: skip
async def test_what_is_wrong_is_told_in_the_language_of_the_request(
    desk: Desk, account: str, asked: str, heading: str, told: str
) -> None:
    with acting_for(desk.tenant_id):
        await execute(
            "update users set locale = :locale where id = :id", {"locale": account, "id": desk.founder.key}
        )
    upload = await stored(desk.founder, table(["Name", "E-mail"], ["", "a@a.example"]), name="customers.csv")
    answer = await desk.served.ask(
        IMPORT, {"input": {"uploadId": upload["id"]}}, token=desk.founder.token, accept_language=asked
    )
    job = answer.payload("customerImport")["job"]["id"]
    await done(desk, desk.founder, job)

    head, *lines = rows(await content(desk.founder, job))

    assert heading in head
    assert [each[3] for each in lines] == [told]


async def test_mistakes_that_only_use_cases_see_name_their_columns_too(desk: Desk) -> None:
    await define(desk, "POSITIVE_INTEGER", "seats", object="USER", label="Seats", isRequired=True)
    data = table(["Name", "E-mail", "Seats"], ["A", "bad", "3"], ["B", "", "-1"], ["C", "", ""])

    found = await brought(desk, data)

    assert [(each[0], each[1], each[2]) for each in found["problems"]] == [
        ("2", "E-mail", "INVALID"), ("3", "Seats", "INVALID"), ("4", "Seats", "REQUIRED"),
    ]  # fmt: skip
    assert await customers(desk) == {}


async def test_a_moment_beyond_all_calendars_is_a_mistake_of_its_row(desk: Desk) -> None:
    await define(desk, "DATETIME", "since", object="USER", label="Since")
    data = table(["Name", "Since"], ["A", "0001-01-01T00:00:00+08:00"], ["B", "2026-01-01 08:00"])

    found = await brought(desk, data)

    assert [each[:3] for each in found["problems"]] == [["2", "Since", "INVALID"]]
    assert list(await customers(desk)) == ["B"]


@pytest.mark.requirement("J7")
async def test_a_dry_run_says_what_would_happen_and_changes_nothing(desk: Desk) -> None:
    await desk.add("li", UserKind.CUSTOMER, name="Li", email="li@a.example")
    data = table(
        ["Name", "E-mail", "Mobile", "Ticket title"],
        ["Wang", "wang@a.example", "", "Printer"], ["Wang", "wang@a.example", "+8613800138000", "Scanner"],
        ["Li", "li@a.example", "", "Fax"], ["X", "bad", "", "Y"],
    )  # fmt: skip
    with acting_for(desk.tenant_id):
        before = await fetch_value("select count(*) from events where type <> 'import.requested'")

    dry = await brought(desk, data, kind="TICKETS", isDryRun=True)

    assert list(await customers(desk)) == ["Li"]
    assert await tickets(desk) == []
    with acting_for(desk.tenant_id):
        after = await fetch_value("select count(*) from events where type <> 'import.requested'")
        assert await fetch_value("select count(*) from imported_rows") == 0
    assert after == before
    wet = await brought(desk, data, kind="TICKETS")
    assert dry == wet
    assert {name: wet[name] for name in wet if name != "problems"} == {
        "createdCount": 1, "updatedCount": 1, "unchangedCount": 1, "ticketCount": 3, "failedCount": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "column"),
    [
        (b"", "INVALID", ""),
        (b"PK\x03\x04 but no archive", "INVALID", ""),
        (b"\xff\xfe\xff\xfe\x00\xd8\x00", "INVALID", ""),
        (table(["E-mail"], ["a@a.example"]), "REQUIRED", "Name"),
        (table(["Name", "姓名"], ["A", "B"]), "INVALID", "姓名"),
    ],
)
async def test_a_file_that_cannot_be_brought_in_says_why(
    desk: Desk, data: bytes, code: str, column: str
) -> None:
    found = await brought(desk, data) if data else await brought(desk, b"\r\n")

    assert found["failedCount"] == 1
    ((row, heading, told, message),) = found["problems"]
    assert (row, heading, told) == ("1", column, code)
    assert message
    assert await customers(desk) == {}


async def test_a_workbook_that_would_unpack_to_too_much_is_not_read(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = io.BytesIO(workbook(["Name"], ["A"]))
    with ZipFile(file, "a", ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb", b"0" * 10_000_000)
    monkeypatch.setattr(unpacking, "LARGEST_UNPACKED", 9_000_000)

    found = await brought(desk, file.getvalue())

    assert found["problems"][0][2] == "INVALID"
    assert await customers(desk) == {}


def _with_rows(rows: str) -> bytes:
    """A workbook with these rows, as XML, after its headings."""
    file, made = io.BytesIO(workbook(["Name"])), io.BytesIO()
    with ZipFile(file) as book, ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for each in book.infolist():
            part = book.read(each)
            if each.filename.endswith("sheet1.xml"):
                part = part.replace(b"</sheetData>", rows.encode() + b"</sheetData>")
            archive.writestr(each.filename, part)
    return made.getvalue()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(f'<row r="{10**15}"><c t="inlineStr"><is><t>A</t></is></c></row>', id="a row far below"),
        pytest.param(f"<row>{'<c/>' * 200_000}</row>", id="a row of too many cells"),
        pytest.param("<x/>" * 3_100_000, id="too much that is no row"),
        pytest.param(f"<row {' ' * 2_000_000}/>", id="a tag without an end"),
        pytest.param('<row r="2"><c t="s"><v>7</v></c></row>', id="a text that is not there"),
        pytest.param('<row r="two"/>', id="no number of a row"),
    ],
)
async def test_a_hostile_or_damaged_workbook_is_refused_once(desk: Desk, rows: str) -> None:
    found = await brought(desk, _with_rows(rows))

    assert [each[2] for each in found["problems"]] == ["INVALID"]
    assert await customers(desk) == {}


async def test_rows_are_counted_before_any_is_brought_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_ROWS", 2)

    found = await brought(desk, table(["Name"], ["A"], ["B"], ["C"]))

    assert found["problems"] == [["1", "", "INVALID", "More than 2 rows; split the file."]]
    assert await customers(desk) == {}


async def test_an_attempt_that_ends_half_way_is_gone_on_with(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "CHUNK", 2)
    chunk, calls = importing._chunk, 0

    async def break_once(*given: Any) -> int:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise RuntimeError("the worker is gone")
        return await chunk(*given)

    monkeypatch.setattr(importing, "_chunk", break_once)
    data = table(["Name", "Ticket title"], *([f"N{n}", "T"] for n in range(5)))

    found = await brought(desk, data, kind="TICKETS")

    assert found == {"createdCount": 5, "ticketCount": 5}
    assert len(await tickets(desk)) == 5


async def test_an_import_and_who_opens_a_ticket_do_not_wait_for_each_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    groups = [await make_group(desk, name, desk.agent, desk.leader) for name in ("One", "Two")]
    for each in groups:
        await route(desk, each, "ROUND_ROBIN")
    row, chunk, opening, calls = importing._row, importing._chunk, list[Any](), list[int]()

    async def meanwhile(*given: Any) -> Any:
        came_of = await row(*given)
        if not opening:
            asked = open_ticket(desk.founder, groupId=groups[1])
            # Not within the import's transaction.
            opening.append(asyncio.create_task(asked, context=Context()))
            waiting = "select count(*) from pg_locks where not granted"
            while not await fetch_value(waiting, {}, reach=Reach.SYSTEM):  # noqa: ASYNC110 - the server's
                await asyncio.sleep(0.05)
        return came_of

    async def counted(*given: Any) -> int:
        calls.append(1)
        return await chunk(*given)

    monkeypatch.setattr(importing, "_row", meanwhile)
    monkeypatch.setattr(importing, "_chunk", counted)
    data = table(["Name", "Ticket title", "Ticket group"], ["A", "T", "One"], ["B", "T", "Two"])

    found = await brought(desk, data, kind="TICKETS")

    assert found == {"createdCount": 2, "ticketCount": 2}
    assert (await opening[0])["number"]
    assert len(calls) == 1
    assert len(await tickets(desk)) == 3


async def test_cancelling_keeps_what_was_brought_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "CHUNK", 1)
    chunk, begun_one, go_on = importing._chunk, asyncio.Event(), asyncio.Event()

    async def wait(*given: Any) -> int:
        failed = await chunk(*given)
        begun_one.set()
        await go_on.wait()
        return failed

    monkeypatch.setattr(importing, "_chunk", wait)
    job = await begun(desk.founder, table(["Name"], ["A"], ["B"], ["C"]))
    async with working(desk):
        await asyncio.wait_for(begun_one.wait(), 20)
        await desk.founder.ask(CANCEL, input={"id": job})
        go_on.set()
        await ended(desk.founder, job)

    found = (await desk.founder.ask(CAME_OF, id=job)).data["job"]
    assert (found["state"], found["progress"]) == ("CANCELLED", {"done": 1, "total": 3})
    assert (found["imported"]["createdCount"], list(await customers(desk))) == (1, ["A"])


async def test_who_may_not_or_has_no_such_file_is_refused(desk: Desk, other: Desk) -> None:
    mine = await stored(desk.agent, table(["Name"], ["A"]))
    foreign = await stored(other.founder, table(["Name"], ["A"]))
    waiting = await stored(desk.founder, table(["Name"], ["A"]))

    async def refused(person: Any, **given: Any) -> list[tuple[str, Any]]:
        answer = await person.ask(IMPORT, input=given)
        return answer.refusals("customerImport")  # type: ignore[no-any-return]

    assert await refused(desk.agent, uploadId=mine["id"]) == [("FORBIDDEN", None)]
    assert await refused(desk.founder, uploadId=mine["id"]) == [("NOT_FOUND", ["uploadId"])]
    assert await refused(desk.founder, uploadId=foreign["id"]) == [("NOT_FOUND", ["uploadId"])]
    assert await refused(desk.founder, uploadId=waiting["id"], country="XX") == [("INVALID", ["country"])]
    assert await refused(desk.founder, uploadId=waiting["id"], key=" ") == [("INVALID", ["key"])]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from imports") == 0


@pytest.mark.requirement("D10")
@pytest.mark.requirement("J7")
async def test_the_template_has_the_helpdesks_fields_and_can_be_imported(desk: Desk) -> None:
    await define(
        desk, "TEXT", "city", object="USER", label="City", labels=[{"locale": "zh", "label": "城市"}]
    )
    await define(desk, "TEXT", "serial", label="Serial", isRequired=True)
    asked = {"kind": "TICKETS", "format": "XLSX"}

    answer = await desk.served.ask(TEMPLATE, asked, token=desk.founder.token, accept_language="zh-CN")
    found = answer.data["importTemplate"]
    file = (await desk.served.http.get(path_of(found["url"]))).content

    headings = found["headings"]
    assert headings[:3] == ["姓名*", "邮箱", "手机"]
    assert headings[-2:] == ["城市", "工单：Serial*"]
    sheet = openpyxl.load_workbook(io.BytesIO(file)).active
    assert [cell.value for cell in sheet[1]] == headings
    values = {"姓名*": "王芳", "工单标题*": "打印机", "城市": "北京", "工单：Serial*": "S1"}
    sheet.append([values.get(each) for each in headings])
    filled = io.BytesIO()
    sheet.parent.save(filled)
    assert await brought(desk, filled.getvalue(), kind="TICKETS") == {"createdCount": 1, "ticketCount": 1}
    refused = await desk.agent.ask(TEMPLATE, **asked)
    assert refused.codes == ["FORBIDDEN"]
    assert (await desk.served.http.get(path_of(found["url"]) + "x")).status_code == 404


async def test_only_who_asked_has_the_file_of_mistakes(desk: Desk) -> None:
    job = await begun(desk.leader, table(["Name", "E-mail"], ["A", "bad"]))
    async with working(desk):
        await ended(desk.leader, job)

    assert await files(desk.founder, job) == []
    assert rows(await content(desk.leader, job))[1][:3] == ["2", "E-mail", "INVALID"]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from import_problems") == 0
