"""What templates know of a ticket: the variables of older products, by their names (QV1 to QV19), and by our own."""

from typing import Any

import pytest

from core.identity.queries import viewers_of
from core.kit.context import UserKind, acting_for
from core.kit.database import execute, fetch_value
from core.kit.ids import key_of
from core.mails.language import Draft
from core.mails.service import render
from core.operating import operator_context
from core.testing import Desk, Person
from tests.fields.shaping import OPTION_CREATE
from tests.mails.making import PREVIEW, given_ticket, preview, said
from tests.tickets.making import open_ticket, options, replied

WHEN = "2026-03-01 17:30:05"


async def _full(desk: Desk) -> dict[str, Any]:
    """A ticket that has everything: raised by the admin, opened by the leader, with the agent, answered once."""
    made = await desk.admin.ask(OPTION_CREATE, input={"list": "TYPE", "key": "fault", "label": "Fault"})
    kind, priorities = made.payload("optionCreate")["option"]["id"], await options(desk, "PRIORITY")
    ticket = await given_ticket(
        desk, title="打印机 jams", body="It\njams.", initiatorId=desk.admin.id,
        typeId=kind, priorityId=priorities["urgent"],
    )  # fmt: skip
    await replied(desk.agent, ticket, "Pull the tray.")
    with acting_for(desk.tenant_id):
        for statement in (
            "update users set name = 'Ada ' || kind, mobile = '+8613800138000', last_login_at = :at,"
            " login_name = 'Ada', login_name_key = 'ada' where tenant_id = :tenant and id = :admin",
            "update options set created_at = :at where tenant_id = :tenant and list = 'TYPE'",
            "update tenants set time_zone = 'Asia/Shanghai' where id = :tenant",
            "update messages set created_at = :at where tenant_id = :tenant and sender = 'AGENT'",
        ):
            values = {
                "tenant": desk.tenant_id,
                "admin": desk.admin.key,
                "at": await fetch_value("select timestamptz '2026-03-01 09:30:05+00'"),
            }
            await execute(statement, {name: each for name, each in values.items() if f":{name}" in statement})
    return ticket


def _case(row: str, variable: str, says: str) -> Any:
    return pytest.param(variable, says, id=row, marks=pytest.mark.requirement(row))


@pytest.mark.parametrize(
    ("variable", "says"),
    [
        _case("QV1", "initiator.email", "{admin}"),
        _case("QV2", "initiator.username", "Ada"),
        _case("QV3", "initiator.uname", "Ada AGENT"),
        _case("QV4", "initiator.mobile", "+8613800138000"),
        _case("QV5", "initiator.lastlogintime", WHEN),
        _case("QV6", "workOrders.orderno", "{number}"),
        _case("QV7", "workOrders.title", "打印机 jams"),
        _case("QV8", "workOrders.content", "It\njams."),
        _case("QV9", "uKeFuDic[workOrders.status!''].name!''", "Open"),
        _case("QV10", "workOrderTypeList.name", "Fault"),
        _case("QV11", "uKeFuDic[workOrders.priority!''].name!''", "Urgent"),
        _case("QV12", "current.username", "{agent}"),
        _case("QV13", "current.uname", "Agent"),
        _case("QV14", "creater.uname", "Leader"),
        _case("QV15", "workOrderTypeList.createtime", WHEN),
        _case("QV16", "commentList.user.username!''", "{agent}"),
        _case("QV17", "commentList.user.uname!''", "Agent"),
        _case("QV18", "commentList.content", "Pull the tray."),
        _case("QV19", "commentList.createtime?string('yyyy-MM-dd HH:mm:ss')", WHEN),
    ],
)
async def test_each_variable_of_older_products_is_known(desk: Desk, variable: str, says: str) -> None:
    ticket = await _full(desk)

    told = await said(desk.admin, ticket, f"[${{{variable}}}]")

    filled = says.format(number=ticket["number"], admin=desk.admin.email, agent=desk.agent.email)
    assert told == f"[{filled}]"


@pytest.mark.requirement("Q2")
async def test_our_own_names_say_the_same(desk: Desk) -> None:
    ticket = await _full(desk)
    body = (
        "${ticket.id}|${ticket.number}|${ticket.title}|${ticket.status}|${ticket.priority}|${ticket.group}|${type.name}"
        "|${requester.name}|${initiator.name}|${creator.name}|${assignee.name}|${desk.name}|${latest_reply.body}"
        "|${initiator.last_sign_in_at | time: 'd. MMMM yyyy'}|${replies.size}|${ticket.due_at}"
    )

    told = await said(desk.admin, ticket, body)

    assert told == (
        f"{ticket['id']}|{ticket['number']}|打印机 jams|Open|Urgent|Support|Fault|Customer|Ada AGENT|Leader|Agent"
        "|Northwind 北风|Pull the tray.|1. March 2026|1|"
    )


@pytest.mark.parametrize(
    "body",
    [
        "<#list commentList as reply>${reply.user.uname!''}: ${reply.content};</#list>",
        "<#list commentList as commentList>${commentList.user.uname}: ${commentList.content};</#list>",
        "{% for reply in replies %}${reply.author.name}: ${reply.body};{% endfor %}",
    ],
)
async def test_replies_are_gone_through_one_by_one(desk: Desk, body: str) -> None:
    ticket = await given_ticket(desk)
    assert await said(desk.admin, ticket, body) == ""

    await replied(desk.agent, ticket, "first")
    await replied(desk.customer, ticket, "second")

    assert await said(desk.admin, ticket, body) == "Agent: first;Customer: second;"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("[${current.uname}]", "[]"),
        ("[${current.uname!''}]", "[]"),
        ("[${current.uname!'nobody'}]", "[nobody]"),
        ("[${assignee.name | default: 'nobody'}]", "[nobody]"),
        ("[${current.uname!creater.uname}]", "[Customer]"),
        ("[${commentList.content}${commentList.user.uname!''}]", "[]"),
        (
            "[${uKeFuDic[workOrders.priority!''].name!'none'}|${uKeFuDic[workOrders.status].name}]",
            "[none|New]",
        ),
        ("[${commentList.createtime?string('yyyy')}|${workOrderTypeList.name!'–'}]", "[|–]"),
        ("[{% if assignee.name %}yes{% else %}no{% endif %}]", "[no]"),
    ],
)
async def test_what_is_missing_is_nothing_or_what_the_template_says(desk: Desk, body: str, says: str) -> None:
    ticket = await open_ticket(desk.customer)

    assert await said(desk.admin, ticket, body) == says


async def test_who_raised_a_ticket_is_who_opened_it_unless_somebody_is_named(desk: Desk) -> None:
    body = "${initiator.name}"

    assert await said(desk.admin, await open_ticket(desk.customer), body) == "Customer"
    assert await said(desk.admin, await given_ticket(desk), body) == "Leader"


@pytest.mark.requirement("G1")
async def test_what_was_said_privately_is_told_to_nobody(desk: Desk) -> None:
    ticket = await given_ticket(desk)
    await replied(desk.agent, ticket, "a secret", visibility="PRIVATE")
    await replied(desk.agent, ticket, "no secret")
    each = "{% for r in replies %}${r.body}${r.author.name}{% endfor %}"
    every = f"${{replies.size}}{each}${{latest_reply.body}}${{ticket.body}}"

    assert await said(desk.admin, ticket, every) == "1no secretAgentno secrethelp"


async def test_what_people_wrote_is_text_and_not_markup(desk: Desk) -> None:
    ticket = await open_ticket(
        desk.customer, title="<b>${desk.name}</b>\nBcc: x@example.com", body="<i>a</i>\nb"
    )

    made = await preview(
        desk.admin, ticket, subject="${ticket.title}",
        body="<p onclick='x()'>${ticket.title} ${ticket.body}</p><script>alert(1)</script>"
        "<a href='javascript:x()'>l</a>",
    )  # fmt: skip

    assert made["subject"] == "<b>${desk.name}</b> Bcc: x@example.com"
    assert made["bodyHtml"] == (
        "<p>&lt;b&gt;${desk.name}&lt;/b&gt; Bcc: x@example.com &lt;i&gt;a&lt;/i&gt;<br>b</p>"
        '<a rel="noopener noreferrer">l</a>'
    )


async def test_a_reader_is_told_no_more_than_the_api_tells(desk: Desk) -> None:
    """Addresses of others need the right to them, and so do their numbers."""
    ticket = await _full(desk)
    body = "[${initiator.email}${initiator.mobile}${current.username}${initiator.lastlogintime}]"
    with acting_for(desk.tenant_id):
        await execute(
            "update roles set permissions = '[\"mail.manage\"]', ticket_scope = 'ALL' where tenant_id = :tenant"
            " and key = 'leader'",
            {"tenant": desk.tenant_id},
        )

    assert await said(desk.leader, ticket, body) == "[]"
    assert await said(desk.leader, ticket, "${initiator.uname} ${creater.username}") == (
        f"Ada AGENT {desk.leader.email}"
    )


async def test_a_ticket_out_of_sight_is_not_told_of(desk: Desk, other: Desk) -> None:
    theirs = await open_ticket(other.customer)

    answer = await desk.admin.ask(PREVIEW, input={"ticketId": theirs["id"], "body": "${ticket.title}"})

    assert answer.refusals("mailTemplatePreview") == [("NOT_FOUND", ["ticketId"])]


async def _told(desk: Desk, reader: Person, ticket: dict[str, Any], body: str) -> str:
    """What a mail to this person says about a ticket."""
    key = key_of(ticket["id"], "tkt")
    assert key is not None
    with acting_for(desk.tenant_id):
        (viewer,) = await viewers_of([reader.key])
        made = await render(operator_context(desk.tenant_id), viewer, Draft("x", body), key)
    assert made is not None
    return made.text


@pytest.mark.requirement("B23")
async def test_customers_are_not_told_the_group(desk: Desk) -> None:
    ticket = await given_ticket(desk)

    assert await _told(desk, desk.customer, ticket, "[${ticket.group}]") == "[]"
    assert await _told(desk, desk.agent, ticket, "[${ticket.group}]") == "[Support]"


@pytest.mark.requirement("G1")
@pytest.mark.parametrize("kind", [UserKind.CUSTOMER, UserKind.MACHINE])
async def test_names_are_told_to_whom_the_api_tells_them(desk: Desk, kind: UserKind) -> None:
    """Of whom a customer does not see, only those of the requester and of who wrote are told to them there, too."""
    hidden = await desk.add("hidden", kind, name="Hidden")
    ticket = await given_ticket(desk)
    await replied(desk.agent, ticket, "Which floor?")
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set creator_id = :hidden, initiator_id = :hidden where tenant_id = :tenant and id = :id",
            {"tenant": desk.tenant_id, "id": key_of(ticket["id"], "tkt"), "hidden": hidden.key},
        )
    shown_names = "initiator { name } creator { name } assignee { name } requesterName"
    query = f"query($id: ID!) {{ ticket(id: $id) {{ {shown_names} }} }}"
    shown = (await desk.customer.ask(query, id=ticket["id"])).data["ticket"]
    body = (
        "[${initiator.name}${creator.uname}${creater.username}|${assignee.name}|${requester.name}"
        "|${latest_reply.author.name}]"
    )

    assert await _told(desk, desk.customer, ticket, body) == "[|Agent|Customer|Agent]"
    assert shown == {
        "initiator": None, "creator": None, "assignee": {"name": "Agent"}, "requesterName": "Customer",
    }  # fmt: skip
    assert (await _told(desk, desk.agent, ticket, body)).startswith("[HiddenHidden")
    with acting_for(desk.tenant_id):
        await execute(
            "update tickets set requester_id = :hidden where tenant_id = :tenant and id = :id",
            {"tenant": desk.tenant_id, "id": key_of(ticket["id"], "tkt"), "hidden": hidden.key},
        )
        await execute(
            "update messages set author_id = :hidden where tenant_id = :tenant",
            {"tenant": desk.tenant_id, "hidden": hidden.key},
        )
    assert await _told(desk, desk.customer, ticket, body) == "[|Agent|Hidden|Hidden]"


async def test_long_texts_are_cut(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, body="a" * 120_000)
    await replied(desk.admin, ticket, "b" * 10_001)
    await replied(desk.admin, ticket, "c" * 10_000)

    told = await _told(desk, desk.customer, ticket, "${ticket.body}|${workOrders.content}")
    replies = await _told(
        desk, desk.customer, ticket, "{% for r in replies %}${r.body}|${r.content}|{% endfor %}"
    )

    cut = "a" * 9_999 + "…"
    assert told == f"{cut}|{cut}"
    assert replies == ("b" * 9_999 + "…|") * 2 + ("c" * 10_000 + "|") * 2
