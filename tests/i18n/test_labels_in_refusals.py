"""Refusals name what a desk calls its own as the reader reads it: no label in English within Chinese words."""

from typing import Any

import orjson

from core.kit.context import acting_for
from core.kit.database import execute
from core.kit.i18n import Listed, OwnWords, Words, kept, unkept
from core.testing import Desk, Person
from tests.exchange.bringing import brought, table
from tests.fields.shaping import define
from tests.forms.making import DELETE as FORM_DELETE
from tests.forms.making import OPEN, make_form
from tests.jobs.bulk import FAILURES, asked, ended, failures, working
from tests.recurring.making import recur
from tests.tickets.making import open_ticket
from tests.views.asking import DELETE as VIEW_DELETE
from tests.views.asking import make_view, view_ids

IN_CHINESE = [{"locale": "zh-Hans", "label": "序列号"}]
ARCHIVE = """mutation($input: CustomFieldArchiveInput!) {
  customFieldArchive(input: $input) { userErrors { code path message } } }"""
STATUSES = "{ statuses { nodes { id key category isDefault } } }"
STATUS = """mutation($input: StatusUpdateInput!) { statusUpdate(input: $input) { userErrors { message } } }"""
OPTION = (
    """mutation($input: OptionArchiveInput!) { optionArchive(input: $input) { userErrors { message } } }"""
)


async def _told(person: Person, query: str, language: str = "zh-CN", **input: Any) -> str:
    """The message of the one refusal."""
    answer = await person.served.ask(query, {"input": input}, token=person.token, accept_language=language)
    (payload,) = answer.data.values()
    (refusal,) = payload["userErrors"]
    return str(refusal["message"])


async def test_of_a_field_and_of_those_that_use_it(desk: Desk) -> None:
    field = await define(desk, "TEXT", "serial", label="Serial number", labels=IN_CHINESE)
    used = {"field": "custom.serial", "op": "IS_SET"}
    await make_view(
        desk.admin, used, label="With serial", labels=[{"locale": "zh-Hans", "label": "有序列号"}],
        visibility="STAFF",
    )  # fmt: skip
    await make_form(
        desk, {"name": "custom.serial"}, labels=[{"locale": "zh-Hans", "label": "报修"}], label="Repair"
    )
    await recur(desk, name="巡检 A", customFields=[{"key": "serial", "value": {"text": "1"}}])

    english, chinese = [await _told(desk.admin, ARCHIVE, each, id=field["id"]) for each in ("en", "zh-CN")]

    assert all(each in english for each in ("Serial number", "Repair", "巡检 A", "With serial"))
    assert all(each in chinese for each in ("序列号", "报修", "巡检 A", "有序列号"))
    assert "erial" not in chinese
    assert "Repair" not in chinese


async def test_of_a_view_that_every_desk_has(desk: Desk) -> None:
    ids = await view_ids(desk.admin)

    assert "我的待办" in await _told(desk.admin, VIEW_DELETE, id=ids["to_do"])
    assert "To do" in await _told(desk.admin, VIEW_DELETE, "en", id=ids["to_do"])


async def test_of_a_form_and_of_what_it_needs(desk: Desk) -> None:
    await define(desk, "TEXT", "serial", label="Serial number", labels=IN_CHINESE)
    form = await make_form(
        desk,
        {"name": "custom.serial", "requiredFor": "CUSTOMERS"},
        {"name": "priority", "requiredFor": "CUSTOMERS"},
        label="Repair",
        labels=[{"locale": "zh-Hans", "label": "报修"}],
    )
    input = {"formId": form["id"], "title": "坏了", "body": "坏了"}

    async def needed(language: str) -> set[str]:
        answer = await desk.served.ask(
            OPEN, {"input": input}, token=desk.customer.token, accept_language=language
        )
        return {each["message"] for each in answer.data["ticketCreate"]["userErrors"]}

    assert await needed("zh-CN") == {"表单 报修 要求填写 序列号。", "表单 报修 要求填写 优先级。"}
    assert await needed("en") == {"The form Repair needs Serial number.", "The form Repair needs Priority."}
    await recur(desk, name="巡检", formId=form["id"])
    assert "报修" in await _told(desk.admin, FORM_DELETE, id=form["id"])


async def test_of_a_status_and_an_option(desk: Desk) -> None:
    nodes = (await desk.admin.ask(STATUSES)).data["statuses"]["nodes"]
    usual = next(each for each in nodes if each["isDefault"])
    field = await define(
        desk, "CASCADE", "place", label="Place",
        options=[{"key": "north", "label": "North", "labels": [{"locale": "zh-Hans", "label": "北区"}],
                  "children": [{"key": "lift", "label": "Lift"}]}],
    )  # fmt: skip
    north = next(each for each in field["options"]["nodes"] if each["key"] == "north")

    status = await _told(desk.admin, STATUS, id=usual["id"], isActive=False)

    assert "尚未受理" in status
    assert "北区" in await _told(desk.admin, OPTION, id=north["id"])


async def test_of_a_column_that_an_import_misses(desk: Desk) -> None:
    """The file of problems is in the language of whoever asked."""
    with acting_for(desk.tenant_id):
        await execute("update users set locale = 'zh-Hans' where id = :id", {"id": desk.founder.key})

    found = await brought(desk, table(["手机"], ["13800138000"]))

    ((_, column, _, message),) = found["problems"]
    assert (column, message) == ("姓名", "缺少列 姓名；请使用模板中的列标题。")


async def test_of_what_a_job_could_not_do_in_the_language_of_whoever_reads_it(desk: Desk) -> None:
    nodes = (await desk.admin.ask(STATUSES)).data["statuses"]["nodes"]
    waiting = next(each["id"] for each in nodes if each["category"] == "PENDING")
    labels = [{"locale": "zh-Hans", "label": "等待"}]
    given = {"id": waiting, "label": "Waiting", "labels": labels, "isAgentSelectable": False}
    (await desk.admin.ask(STATUS, input=given)).payload("statusUpdate")
    ticket = await open_ticket(desk.customer)

    job = await asked(desk.founder, select={"ids": [ticket["id"]]}, patch={"statusId": waiting})
    async with working():
        await ended(desk.founder, job)

    told = await desk.served.ask(FAILURES, {"id": job}, token=desk.founder.token, accept_language="zh-CN")
    [failure] = told.data["job"]["result"]["failures"]["nodes"]
    assert "等待" in failure["message"]
    assert "Waiting" not in failure["message"]
    assert "Waiting" in (await failures(desk.founder, job))["nodes"][0]["message"]


def test_words_that_were_kept_are_said_as_before() -> None:
    own = OwnWords.worded("Waiting", {"zh-Hans": "等待"})
    texts = [
        own,
        Words("Priority"),
        Words.of("{a} of {b}", {"a": "1", "b": "2"}),
        Listed.all_of([own, Words("Priority")]),
    ]
    for text in texts:
        again = unkept(orjson.loads(orjson.dumps(kept(text))))
        assert isinstance(again, Words)
        assert [again.said(each) for each in ("en", "zh-Hans")] == [
            text.said(each) for each in ("en", "zh-Hans")
        ]
    assert unkept(kept(7)) == "7"
