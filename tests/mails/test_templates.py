"""Mail templates are made, changed and deleted; what is wrong with them is refused at its line and place."""

import pytest

from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.mails.making import (
    CREATE,
    DELETE,
    PREVIEW,
    READ,
    UPDATE,
    choose,
    given_ticket,
    make_template,
    preview,
)

KNOWN_TAGS = "break, case, comment, continue, for, if, unless"


@pytest.mark.requirement("Q2")
async def test_any_number_of_them_is_kept_by_name(desk: Desk, way: str) -> None:
    for name in ("Solved", "开单通知", "Opened"):
        await make_template(desk, name, subject="#${workOrders.orderno}", body="<p>${workOrders.title}</p>")

    nodes = (await desk.admin.ask(READ)).data["mailTemplates"]["nodes"]

    assert [each["name"] for each in nodes] == ["Opened", "Solved", "开单通知"]
    assert nodes[0]["subject"] == "#${workOrders.orderno}"
    assert nodes[0]["body"] == "<p>${workOrders.title}</p>"


@pytest.mark.requirement("A1")
async def test_another_helpdesk_has_its_own_and_reads_no_others(desk: Desk, other: Desk, way: str) -> None:
    mine = await make_template(desk, "Mine")
    await make_template(other, "Theirs")
    one = "query($id: ID!) { mailTemplate(id: $id) { name } node(id: $id) { id } }"

    assert (await other.admin.ask(one, id=mine)).data == {"mailTemplate": None, "node": None}
    assert [each["name"] for each in (await other.admin.ask(READ)).data["mailTemplates"]["nodes"]] == [
        "Theirs"
    ]
    for person in (desk.agent, desk.customer):
        answer = await person.ask(READ)
        assert answer.data == {"mailSettings": None, "mailTemplates": {"nodes": []}}


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ("Dear\n ${ticket.nope},", "INVALID", "Line 2, place 4: there is no variable ticket.nope."),
        ("${ticket}", "INVALID", "Line 1, place 3: there is no variable ticket."),
        ("${__class__}", "INVALID", "Line 1, place 3: there is no variable __class__."),
        ("a\nb ${ticket.title", "INVALID", "Line 2, place 3: ${ticket.title is begun there and never ended."),
        ("{% if desk.name %}x", "INVALID", "Line 1, place 1: {% if desk.name %}x is begun there and never ended."),
        ("a\n</#list>", "INVALID", "Line 2, place 1: </#list> cannot be read there."),
        ("<#if x>", "INVALID", "Line 1, place 1: <#if x> cannot be read there."),
        ("a\n\n${ticket.title |}", "INVALID", "Line 3, place 1: ${ticket.title |} cannot be read there."),
        ("${ticket.title?eval}", "INVALID", "Line 1, place 1: ${ticket.title?eval} cannot be read there."),
        (
            "{% include 'x' %}",
            "INVALID",
            f"Line 1, place 4: there is no include here; there is: {KNOWN_TAGS}.",
        ),
        (
            "<#list replies as r>${r.secret}</#list>",
            "INVALID",
            "Line 1, place 23: there is no variable r.secret.",
        ),
        (
            ("${'" + "汉" * 400 + "' | url_encode}") * 40,
            "INVALID",
            "This goes through too much or writes too much; a mail goes through lists 200 times at most.",
        ),
        ("  ", "REQUIRED", "This is required."),
        ("x" * 20_001, "TOO_LONG", "This is too long: at most 20000 characters."),
    ],
)  # fmt: skip
async def test_what_cannot_be_written_with_is_refused_where_it_stands(
    desk: Desk, body: str, code: str, message: str
) -> None:
    before = await digest(desk.tenant_id)

    answer = await desk.admin.ask(CREATE, input={"name": "x", "subject": "y", "body": body})

    assert answer.data["mailTemplateCreate"]["userErrors"] == [
        {"code": code, "path": ["body"], "message": message}
    ]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_everything_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    answer = await desk.admin.ask(CREATE, input={"name": " ", "subject": "${", "body": "${x}"})

    assert answer.refusals("mailTemplateCreate") == [
        ("REQUIRED", ["name"]),
        ("INVALID", ["subject"]),
        ("INVALID", ["body"]),
    ]


async def test_texts_cannot_be_multiplied(desk: Desk) -> None:
    """The sandbox bounds what is written, not what a filter makes meanwhile: those that multiply are not there."""
    for filter in ("replace: 'a', ticket.body", "append: ticket.body", "split: ''", "safe", "date: '%Y'"):
        answer = await desk.admin.ask(
            CREATE, input={"name": "x", "subject": "y", "body": f"${{ticket.title | {filter}}}"}
        )
        [error] = answer.data["mailTemplateCreate"]["userErrors"]
        assert error["message"].startswith("Line 1, place 18: there is no filter")


async def test_a_template_changes_and_versions_guard_it(desk: Desk) -> None:
    key = await make_template(desk)
    change = {"id": key, "expectedVersion": 1, "name": "Other", "body": "${desk.name}"}

    made = (await desk.admin.ask(UPDATE, input=change)).payload("mailTemplateUpdate")["mailTemplate"]
    late = await desk.admin.ask(UPDATE, input=change)
    wrong = await desk.admin.ask(UPDATE, input={"id": key, "subject": "${nope}"})

    assert (made["name"], made["subject"], made["body"], made["version"]) == (
        "Other",
        "News",
        "${desk.name}",
        2,
    )
    assert late.refusals("mailTemplateUpdate") == [("CONFLICT", ["expectedVersion"])]
    assert wrong.refusals("mailTemplateUpdate") == [("INVALID", ["subject"])]


async def test_one_that_mails_are_written_with_is_not_deleted(desk: Desk) -> None:
    key = await make_template(desk)
    await choose(desk, statusTemplateId=key)

    refused = await desk.admin.ask(DELETE, input={"id": key})
    await choose(desk, statusTemplateId=None)
    gone = await desk.admin.ask(DELETE, input={"id": key})

    assert refused.refusals("mailTemplateDelete") == [("CONFLICT", ["id"])]
    assert gone.payload("mailTemplateDelete")["deletedId"] == key


async def test_a_preview_shows_and_sends_nothing(desk: Desk) -> None:
    key = await make_template(desk, subject="#${ticket.number}", body="<p>Dear ${assignee.name}</p>")
    ticket = await given_ticket(desk)
    before = await digest(desk.tenant_id)

    kept = await preview(desk.admin, ticket, id=key)
    fresh = await preview(desk.admin, ticket, body="Hi")

    assert (kept["subject"], kept["bodyHtml"], kept["bodyText"]) == (
        f"#{ticket['number']}",
        "<p>Dear Agent</p>",
        "Dear Agent",
    )
    assert (fresh["subject"], fresh["bodyText"]) == (f"#{ticket['number']}", "Hi")
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_a_preview_needs_one_text_to_show(desk: Desk) -> None:
    key, ticket = await make_template(desk), await given_ticket(desk)

    for given in ({}, {"id": key, "body": "x"}):
        answer = await desk.admin.ask(PREVIEW, input={"ticketId": ticket["id"], **given})
        assert answer.refusals("mailTemplatePreview") == [("INVALID", ["id"])]
