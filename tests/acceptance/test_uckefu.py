"""UCKeFu 优客服: its ticket manual from top to bottom. (Mail servers, templates and reports are walked elsewhere.)"""

import pytest

from core.testing import Desk
from core.testing.serving import Served
from tests.acceptance.walking import (
    OPTION,
    TAG,
    asks,
    do,
    found,
    history,
    may,
    refusals,
    said,
    sees,
    star,
    titles,
    view,
    worded,
)
from tests.tickets.making import (
    CREATE,
    DELETE,
    UPDATE,
    make_group,
    open_ticket,
    options,
    read,
    replied,
    reply,
    updated,
)
from tests.views.asking import titles as view_titles


@pytest.fixture
async def uckefu(app: Served) -> Desk:
    return await found(app, "uckefu")


@pytest.mark.requirement("C5", "E1", "E2", "E3", "E4", "E5", "E6", "E9", "E11", "E15", "D11", "F1", "A4")
async def test_a_ticket_is_created_with_all_that_the_form_asks_for(uckefu: Desk, other: Desk) -> None:
    desk = uckefu
    # F1: four statuses.
    keys = await worded(desk)
    assert sorted(keys) == sorted(["未受理", "已回复", "再追问", "已关闭"])
    # What the form asks for, in its order.
    assert await asks(desk.agent, "create") == [
        "requester", "initiator", "group", "assignee", "status", "type", "priority", "tags", "title", "body", "uploads",
    ]  # fmt: skip
    # E6: types are the tenant's own list, each with a name and the time it was made.
    kind = (await do(desk.admin, OPTION, list="TYPE", key="repair", label="报修"))["option"]
    assert (kind["label"], kind["createdAt"] is not None) == ("报修", True)
    # E9: four priorities with their colours.
    shown = '{ options(filter: {list: {eq: PRIORITY}}) { nodes { label(locale: "zh-Hans") color } } }'
    flags = (await desk.agent.ask(shown)).data["options"]["nodes"]
    assert [(each["label"], each["color"]) for each in flags] == [
        ("低", "#2e9e4f"), ("中", "#2f6fde"), ("高", "#e0a800"), ("紧急", "#d6322d"),
    ]  # fmt: skip
    # C5: the department first, then somebody in it.
    colleague = await desk.add("agent", name="维修小李")
    department = await make_group(desk, "维修部", colleague)
    ask = "query($id: ID!) { group(id: $id) { members { nodes { user { id name } } } } }"
    members = (await desk.agent.ask(ask, id=department)).data["group"]["members"]["nodes"]
    assert members == [{"user": {"id": colleague.id, "name": "维修小李"}}]
    tags = [(await do(desk.admin, TAG, name=name))["tag"]["id"] for name in ("急件", "回头客")]

    # A4: accounts of another tenant cannot be chosen.
    foreign = {"title": "x", "body": "y", "initiatorId": other.agent.id}
    assert await refusals(desk.agent, CREATE, **foreign) == ["NOT_FOUND"]
    ticket = await open_ticket(
        desk.agent, title="空调不制冷", body="请上门检修", requesterId=desk.customer.id, initiatorId=desk.admin.id,
        groupId=department, assigneeId=colleague.id, typeId=kind["id"], tagIds=tags,
        priorityId=(await options(desk, "PRIORITY"))["urgent"], statusId=keys["再追问"],
    )  # fmt: skip

    # E5: a status, chosen as it is created and later; unless one is, it is not handled yet.
    assert ticket["status"]["key"] == "follow_up"
    assert (await updated(desk.admin, ticket, statusId=keys["已回复"]))["status"]["key"] == "replied"
    assert await titles(desk.admin, {"status": {"eq": keys["已回复"]}}) == ["空调不制冷"]
    # E1 to E4, E11: contact, initiator, creator, department and assignee, tags.
    assert (ticket["requester"]["id"], ticket["creator"]["id"]) == (desk.customer.id, desk.agent.id)
    assert (ticket["group"]["id"], ticket["assignee"]["id"]) == (department, colleague.id)
    assert {each["name"] for each in ticket["tags"]} == {"急件", "回头客"}
    raised = "query($id: ID!) { ticket(id: $id) { initiator { id } requester { name email } } }"
    known = (await desk.agent.ask(raised, id=ticket["id"])).data["ticket"]
    assert known["initiator"]["id"] == desk.admin.id
    # D11: the contact's record is reached from the ticket.
    assert known["requester"]["email"] == desk.customer.email
    # E15: the next number, whoever opens it; another tenant counts for itself.
    assert (ticket["number"], (await open_ticket(desk.admin))["number"]) == ("1", "2")
    assert (await open_ticket(other.admin))["number"] == "1"
    # E4: who has it now need not be who was given it at first.
    assert (
        await updated(
            desk.admin, ticket, assigneeId=None, groupId=await make_group(desk, "备件部", desk.agent)
        )
    )["assignee"] is None


@pytest.mark.requirement("A3", "A5", "I1", "I2", "H3", "F12", "E9")
async def test_the_lists_show_what_they_say(uckefu: Desk, other: Desk) -> None:
    desk, keys = uckefu, await worded(uckefu)
    await make_group(desk, "一部", desk.agent, desk.admin)
    mine = {"creator": {"eq": desk.agent.id}}
    low, urgent = [(await options(desk, "PRIORITY"))[key] for key in ("low", "urgent")]
    first = await open_ticket(desk.agent, title="一", requesterId=desk.customer.id, priorityId=urgent)
    second = await open_ticket(desk.agent, title="二", requesterId=desk.customer.id, priorityId=low)
    given = await open_ticket(desk.admin, title="三", assigneeId=desk.agent.id)
    await open_ticket(other.agent, title="别家的")

    # I2: the columns of its lists, and the lists in its words.
    mine_list, to_do = await view(desk.agent, "my_tickets"), await view(desk.agent, "my_to_do")
    assert (mine_list["label"], to_do["label"]) == ("我的工单", "待处理工单")
    columns = ["watchedByMeAs", "number", "title", "requester", "priority", "status", "assignee"]
    assert mine_list["columns"] == to_do["columns"] == columns
    assert sorted(await view_titles(desk.agent, mine_list["id"])) == ["一", "二"]
    assert await view_titles(desk.agent, to_do["id"]) == ["三"]
    # A3, A5, I1: mine are those I opened, in this tenant and by this account.
    assert sorted(await titles(desk.agent, mine)) == ["一", "二"]
    assert await titles(desk.agent, {"assignee": {"eq": desk.agent.id}}) == ["三"]
    # I1, E9: what nobody has, newest first; how urgent it is does not matter.
    unassigned = {"assignee": {"isNull": True}}
    newest = [{"field": "CREATED_AT", "direction": "DESC"}]
    assert await titles(desk.agent, unassigned, orderBy=newest) == ["二", "一"]
    # I2: found by number and by title.
    assert await titles(desk.agent, {"number": {"eq": "3"}}) == ["三"]
    assert await titles(desk.agent, {"title": {"contains": "二"}}) == ["二"]
    # H3: a star follows, another click does not; what is followed is in other lists, too.
    followed = {"watchedByMeAs": ["FOLLOW"], "not": {"statusCategory": {"eq": "CLOSED"}}}
    for ticket in (first, given):
        await star(desk.agent, ticket)
    assert sorted(await titles(desk.agent, followed)) == ["一", "三"]
    await star(desk.agent, given, off=True)
    assert await titles(desk.agent, followed) == ["一"]
    # F12: what is closed is in the list of closed ones alone.
    await updated(desk.agent, first, statusId=keys["已关闭"])
    assert await titles(desk.agent, followed) == []
    unclosed = {"not": {"statusCategory": {"eq": "CLOSED"}}}
    assert await titles(desk.agent, {**mine, **unclosed}) == [second["title"]]
    assert await titles(desk.agent, {"statusCategory": {"eq": "CLOSED"}}) == ["一"]


@pytest.mark.requirement("F1", "B15", "G3", "G6")
async def test_whoever_has_it_replies_with_a_status_and_whoever_opened_it_edits_it(uckefu: Desk) -> None:
    desk, keys = uckefu, await worded(uckefu)
    clerk = await desk.add("agent")
    await make_group(desk, "一部", desk.agent, clerk)
    ticket = await open_ticket(
        desk.agent, title="退货", requesterId=desk.customer.id, assigneeId=clerk.id, body="想退货"
    )
    assert ticket["status"]["key"] == "unhandled"

    # B15: in the list of what one has to do there is no editing and no deleting ...
    assert await may(clerk, ticket) == {"assign", "reply", "note"}
    assert await refusals(clerk, UPDATE, id=ticket["id"], title="换货") == ["FORBIDDEN"]
    assert await refusals(clerk, DELETE, id=ticket["id"]) == ["FORBIDDEN"]
    # ... and G3: a status is chosen as the reply is sent. F1: unless one is chosen, it is replied.
    assert (await replied(clerk, ticket, "请寄回"))["status"]["key"] == "replied"
    assert (await replied(desk.customer, ticket, "寄到哪里"))["status"]["key"] == "follow_up"
    assert (await replied(clerk, ticket, "已寄出", statusId=keys["再追问"]))["status"]["key"] == "follow_up"
    # B15: whoever opened it edits it, and deletes it.
    assert (await updated(desk.agent, ticket, title="换货"))["title"] == "换货"
    # G6: what changed is recorded; replies are listed by themselves.
    assert await said(desk.agent, ticket) == ["想退货", "请寄回", "寄到哪里", "已寄出"]
    happened = (await history(desk.agent, ticket))["timeline"]["nodes"]
    assert {"ticket.created", "ticket.updated", "message.added"} <= {each.get("type") for each in happened}
    assert await refusals(desk.agent, DELETE, id=ticket["id"]) == []
    assert (await read(desk, ticket))["state"] == "DELETED"


@pytest.mark.requirement("B16", "X2")
async def test_closed_tickets_are_edited_and_deleted_by_administrators_alone(uckefu: Desk) -> None:
    desk, keys = uckefu, await worded(uckefu)
    await make_group(desk, "一部", desk.agent, desk.admin)
    ticket = await open_ticket(desk.agent, requesterId=desk.customer.id, assigneeId=desk.agent.id)
    await replied(desk.agent, ticket, "办完了", statusId=keys["已关闭"])

    assert await may(desk.agent, ticket) == set()
    assert await refusals(desk.agent, UPDATE, id=ticket["id"], title="x") == ["CONFLICT"]
    assert await refusals(desk.agent, DELETE, id=ticket["id"]) == ["CONFLICT"]
    assert (await reply(desk.customer, ticket)).refusals("ticketReply") == [("CONFLICT", ["id"])]
    assert await sees(desk.agent, ticket) == [True]
    assert {"update", "delete"} <= await may(desk.admin, ticket)
    assert (await updated(desk.admin, ticket, title="更正"))["title"] == "更正"
    assert await refusals(desk.admin, DELETE, id=ticket["id"]) == []
