"""KF5: its list of features from top to bottom, for what there is of it, and the thirteen built-in rules."""

from typing import Any

import pytest

from core.permissions import PERMISSIONS
from core.testing import Desk, Person
from core.testing.serving import Served
from tests.acceptance.walking import (
    ORGANIZATION,
    USER_CREATE,
    USER_UPDATE,
    asks,
    canned,
    do,
    found,
    history,
    may,
    refusals,
    role,
    said,
    sees,
    told,
    worded,
)
from tests.identity.test_impersonating import START
from tests.identity.test_inviting import INVITE
from tests.tenants.test_plans import give_plan
from tests.tickets.making import (
    CREATE,
    DELETE,
    GROUP,
    MEMBER,
    TRANSFER,
    UPDATE,
    WATCH,
    done,
    make_group,
    open_ticket,
    options,
    read,
    replied,
    reply,
    update,
    updated,
)
from tests.views.asking import is_, make_view, view_ids
from tests.views.asking import titles as view_titles

GROUP_UPDATE = """mutation($input: GroupUpdateInput!) { groupUpdate(input: $input) {
  group { id } userErrors { code path } } }"""
GROUP_DELETE = """mutation($input: GroupDeleteInput!) { groupDelete(input: $input) {
  deletedId userErrors { code path } } }"""
BLOCK = """mutation($input: ContentBlockCreateInput!) { contentBlockCreate(input: $input) {
  contentBlock { id } userErrors { code } } }"""
TENANT = "mutation($input: TenantUpdateInput!) { tenantUpdate(input: $input) { userErrors { code } } }"
ROLE_CREATE = (
    "mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }"
)
ROLE_UPDATE = (
    "mutation($input: RoleUpdateInput!) { roleUpdate(input: $input) { role { id } userErrors { code } } }"
)


@pytest.fixture
async def kf5(app: Served) -> Desk:
    return await found(app, "kf5")


@pytest.mark.requirement("B1", "B2", "B6", "B7", "B19", "C1")
async def test_people(kf5: Desk) -> None:
    desk = kf5
    # B1: agents add those who ask for help, customers and colleagues alike.
    asker = (await do(desk.agent, USER_CREATE, name="王先生", email="wang@kunde.example"))["user"]
    assert (await open_ticket(desk.agent, requesterId=asker["id"]))["requester"]["id"] == asker["id"]
    assert (await open_ticket(desk.agent))["requester"]["id"] == desk.agent.id
    # B2: an agent without a group is given nothing. C1: groups are of agents, the founder among them.
    group = (await do(desk.admin, GROUP, name="客服组"))["group"]["id"]
    await do(desk.admin, MEMBER, groupId=group, userId=desk.founder.id)
    assert await refusals(desk.admin, CREATE, title="x", body="y", assigneeId=desk.agent.id) == ["INVALID"]
    assert await refusals(desk.admin, MEMBER, groupId=group, userId=asker["id"]) == ["INVALID"]
    await do(desk.admin, MEMBER, groupId=group, userId=desk.agent.id)
    assert (await open_ticket(desk.admin, assigneeId=desk.agent.id))["group"]["id"] == group
    # B6: an administrator makes an agent one, and puts them into an organisation.
    firm = (await do(desk.admin, ORGANIZATION, name="自家公司"))["organization"]["id"]
    admin = (await role(desk, "admin"))["id"]
    raised = await do(desk.admin, USER_UPDATE, id=desk.agent.id, roleIds=[admin], organizationId=firm)
    assert (raised["user"]["roles"], raised["user"]["organization"]) == ([{"key": "admin"}], {"id": firm})
    # B7: nobody changes the founder.
    assert await refusals(desk.admin, USER_UPDATE, id=desk.founder.id, name="X") == ["FORBIDDEN"]
    # B19: an administrator acts as a customer for a while.
    answer = await desk.admin.ask(START, input={"userId": desk.customer.id, "reason": "看看"})
    acted = Person(desk.served, desk.customer.key, answer.payload("impersonationStart")["token"], "")
    assert (await open_ticket(acted))["requester"]["id"] == desk.customer.id


@pytest.mark.requirement("A8", "B3")
async def test_small_plans_have_fixed_switches_and_the_largest_roles_made_to_measure(kf5: Desk) -> None:
    desk = kf5
    agent = await role(desk, "agent")
    own = {"name": "夜班", "permissions": ["ticket.reply"], "ticketScope": "OWN"}
    # 初级版: as they come.
    await give_plan(desk, "basic")
    assert await refusals(desk.admin, ROLE_UPDATE, id=agent["id"], permissions=["ticket.reply"]) == [
        "FORBIDDEN"
    ]
    assert await refusals(desk.admin, ROLE_CREATE, **own) == ["FORBIDDEN"]
    # 中级版: what agents may do is switched one by one, and how much they see.
    await give_plan(desk, "standard")
    for switch in ("customer.manage", "ticket.reply", "ticket.note", "canned_reply.own"):
        without = [each for each in agent["permissions"] if each != switch]
        await do(desk.admin, ROLE_UPDATE, id=agent["id"], permissions=without)
        await do(desk.admin, ROLE_UPDATE, id=agent["id"], permissions=agent["permissions"])
    await do(desk.admin, ROLE_UPDATE, id=agent["id"], ticketScope="OWN")
    more = [*agent["permissions"], "ticket.delete"]
    assert await refusals(desk.admin, ROLE_UPDATE, id=agent["id"], permissions=more) == ["FORBIDDEN"]
    assert await refusals(desk.admin, ROLE_CREATE, **own) == ["FORBIDDEN"]
    # 高级版: made to measure.
    await give_plan(desk, "advanced")
    await do(desk.admin, ROLE_UPDATE, id=agent["id"], permissions=more)
    await do(desk.admin, ROLE_CREATE, **own)


async def test_administrators_are_agents_who_see_all_and_may_set_up_everything_there_is(kf5: Desk) -> None:
    desk = kf5
    await make_group(desk, "一组", desk.agent, await desk.add("agent"))
    await make_group(desk, "二组", desk.founder, await desk.add("agent"))
    tickets = [await open_ticket(each, requesterId=desk.customer.id) for each in (desk.agent, desk.founder)]
    me = "{ viewer { user { kind } ticketScope permissions } }"

    told = (await desk.admin.ask(me)).data

    assert (told["viewer"]["user"]["kind"], told["viewer"]["ticketScope"]) == ("AGENT", "ALL")
    assert told["viewer"]["permissions"] == sorted(PERMISSIONS)
    assert await sees(desk.admin, *tickets) == [True, True]
    # Lists, modules at the side, settings, people.
    await make_view(desk.admin, label="所有", visibility="STAFF")
    await do(desk.admin, BLOCK, key="side", title="公告", body="<p>您好</p>")
    await do(desk.admin, TENANT, name="新名字")
    await do(desk.admin, USER_CREATE, name="新客户")
    agent = (await role(desk, "agent"))["id"]
    await do(desk.admin, INVITE, email="new@b.example", name="新客服", roleIds=[agent])


async def test_customers_say_what_their_question_is_about_and_agents_ask_back(kf5: Desk) -> None:
    desk = kf5
    kinds = await options(desk, "TYPE")
    assert list(kinds) == ["technical", "product", "finance", "usage"]
    assert await asks(desk.customer, "contact") == ["title", "type", "body", "priority", "uploads"]
    await make_group(desk, "客服组", desk.agent)
    ticket = await open_ticket(desk.customer, typeId=kinds["finance"])
    assert ticket["type"] == {"key": "finance"}
    assert (await canned(desk.agent, "Please tell us more", ticket)).startswith(
        "Customer, we need to know more"
    )


async def test_a_view_lists_the_tickets_of_an_organisation(kf5: Desk) -> None:
    desk = kf5
    firm = (await do(desk.admin, ORGANIZATION, name="大客户", domains=["dakehu.example"]))["organization"][
        "id"
    ]
    asker = (await do(desk.agent, USER_CREATE, name="李", email="li@dakehu.example"))["user"]
    await open_ticket(desk.admin, title="大客户的", requesterId=asker["id"])
    await open_ticket(desk.customer, title="别人的")

    made = await make_view(desk.admin, is_("organization", firm), label="大客户", visibility="STAFF")

    assert await view_titles(desk.admin, made["id"]) == ["大客户的"]


@pytest.mark.requirement("B4")
async def test_an_agent_works_on_all_tickets_on_those_of_groups_or_on_own_ones(kf5: Desk) -> None:
    desk = kf5
    colleague = await desk.add("agent")
    ours = await make_group(desk, "一组", desk.agent, colleague)
    theirs = await make_group(desk, "二组", desk.admin, await desk.add("agent"))
    mine = await open_ticket(desk.admin, groupId=ours, assigneeId=desk.agent.id)
    groups = await open_ticket(desk.admin, groupId=ours)
    others = await open_ticket(desk.admin, groupId=theirs)
    agent = (await role(desk, "agent"))["id"]

    for scope, expected in (
        ("ALL", [True, True, True]), ("GROUP", [True, True, False]), ("OWN", [True, False, False]),
    ):  # fmt: skip
        await do(desk.founder, ROLE_UPDATE, id=agent, ticketScope=scope)
        assert await sees(desk.agent, mine, groups, others) == expected
        assert ["update" in await may(desk.agent, each) for each in (mine,)] == [True]


@pytest.mark.requirement("C6", "D1", "D2", "D3")
async def test_groups_and_organisations(kf5: Desk) -> None:
    desk = kf5
    first = await make_group(desk, "客服组1", desk.agent, desk.admin)
    second = await make_group(desk, "客服组2", await desk.add("agent"), desk.founder)
    # D2, D3: an organisation takes in who comes from its domain, and its tickets go to its group.
    firm = await do(desk.admin, ORGANIZATION, name="大客户", domains=["dakehu.example"], defaultGroupId=first)
    asker = (await do(desk.agent, USER_CREATE, name="李", email="li@dakehu.example"))["user"]
    assert asker["organization"] == {"id": firm["organization"]["id"]}
    ticket = await open_ticket(desk.admin, requesterId=asker["id"])
    assert ticket["group"] == {"id": first}
    # D1: in one organisation at most, or in none.
    other = (await do(desk.admin, ORGANIZATION, name="别家"))["organization"]["id"]
    moved = await do(desk.admin, USER_UPDATE, id=asker["id"], organizationId=other)
    assert moved["user"]["organization"] == {"id": other}
    assert (await do(desk.admin, USER_UPDATE, id=asker["id"], organizationId=None))["user"][
        "organization"
    ] is None
    # C6: what the first tier cannot do goes to the second.
    await updated(desk.admin, ticket, assigneeId=desk.agent.id)
    up = await done(desk.agent, TRANSFER, ticket, groupId=second, note="处理不了")
    assert (up["group"], up["assignee"]) == ({"id": second}, None)


@pytest.mark.requirement("E16", "G1", "G2", "G9", "F14", "H6")
async def test_a_ticket_is_worked_on_handed_on_and_watched(kf5: Desk) -> None:
    desk, keys = kf5, await worded(kf5)
    dawn = await desk.add("agent", name="dawn")
    await make_group(desk, "客服组", desk.agent, dawn)
    ticket = await open_ticket(desk.customer, body="付款失败")
    # E16: title and attributes change at any time.
    await updated(desk.agent, ticket, assigneeId=desk.agent.id, title="微信付款失败",
                  priorityId=(await options(desk, "PRIORITY"))["high"])  # fmt: skip
    # F14: the requester sees how far it is.
    watched = 'query($id: ID!) { ticket(id: $id) { title status { label(locale: "zh-Hans") } } }'
    progress = {"title": "微信付款失败", "status": {"label": "受理中"}}
    assert (await desk.customer.ask(watched, id=ticket["id"])).data["ticket"] == progress
    # G2: handed on with a note that says why, worked on, and handed back. G1: the requester reads none of it.
    await done(desk.agent, TRANSFER, ticket, assigneeId=dawn.id, note="请查网关")
    await done(dawn, TRANSFER, ticket, assigneeId=desk.agent.id, note="网关已恢复")
    await replied(desk.agent, ticket, "请再试一次", statusId=keys["等待回复"])
    assert await said(desk.customer, ticket) == ["付款失败", "请再试一次"]
    assert await said(dawn, ticket) == ["付款失败", "请查网关", "网关已恢复", "请再试一次"]
    # G9: the transfers are in the record. With the browser that each act was done by.
    record = await history(desk.admin, ticket)
    moves = [
        (each["how"], each["by"]["id"])
        for each in record["assignments"]["nodes"]
        if each["how"] == "TRANSFER"
    ]
    assert moves == [("TRANSFER", desk.agent.id), ("TRANSFER", dawn.id)]
    assert all(each["userAgent"] for each in record["timeline"]["nodes"] if "type" in each)
    # H6: who is copied in works along and hears of each reply.
    await do(desk.agent, WATCH, ticketId=ticket["id"], kind="CC", userId=dawn.id)
    await replied(desk.customer, ticket, "好了")
    assert ("CUSTOMER_REPLIED", ticket["id"]) in await told(desk, dawn)


@pytest.mark.requirement("R0", "R7", "R8")
async def test_rules_of_assignment(kf5: Desk) -> None:
    desk = kf5
    # R0: at first nothing is assigned.
    assert (await read(desk, await open_ticket(desk.customer)))["group"] is None
    # R7: the only group gets everything. R8: its only member, too.
    only = await make_group(desk, "唯一的组", desk.agent)
    ticket = await read(desk, await open_ticket(desk.customer))
    assert (ticket["group"], ticket["assignee"]) == ({"id": only}, {"id": desk.agent.id})
    # R0: with several groups, nobody has said which.
    await make_group(desk, "另一组", desk.admin)
    assert (await read(desk, await open_ticket(desk.customer)))["group"] is None


async def in_a_group(desk: Desk) -> tuple[dict[str, Any], str, str]:
    """A ticket that the agent has, its group, and another."""
    group = await make_group(desk, "客服组1", desk.agent, desk.admin)
    other = await make_group(desk, "客服组2", desk.founder, await desk.add("agent"))
    ticket = await open_ticket(desk.customer)
    return await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id), group, other


@pytest.mark.requirement("R1", "R2", "R4", "R5", "R6", "F6", "F8")
async def test_rules_of_statuses(kf5: Desk) -> None:
    desk, keys = kf5, await worded(kf5)
    assert list(keys) == ["尚未受理", "受理中", "等待回复", "已解决", "已关闭"]
    # R1: assigned, it is open; or open by the first update, unless that makes it pending.
    ticket, _, _ = await in_a_group(desk)
    assert ticket["status"]["key"] == "open"
    one, two = await open_ticket(desk.customer), await open_ticket(desk.customer)
    assert (await updated(desk.admin, one, title="x"))["status"]["key"] == "open"
    assert (await replied(desk.admin, two, "?", statusId=keys["等待回复"]))["status"]["key"] == "pending"
    # R2: never new again.
    assert await refusals(desk.admin, UPDATE, id=one["id"], statusId=keys["尚未受理"]) == ["CONFLICT"]
    # R4, F8: the customer's word opens what waits and what is solved.
    assert (await replied(desk.customer, two))["status"]["key"] == "open"
    await updated(desk.admin, two, statusId=keys["已解决"])
    assert (await replied(desk.customer, two))["status"]["key"] == "open"
    # R5: nobody chooses closed by hand, whoever they are.
    for person in (desk.agent, desk.admin, desk.founder):
        assert await refusals(person, UPDATE, id=ticket["id"], statusId=keys["已关闭"]) == ["INVALID"]
    # R6: what has closed is at its end, and can be deleted.
    ended = await open_ticket(desk.customer)
    merged = await done(
        desk.admin,
        "mutation($input: TicketMergeInput!) { ticketMerge(input: $input) { ticket { id } userErrors { code } } }",
        ended, intoId=two["id"],
    )  # fmt: skip
    assert merged["id"] == two["id"]
    assert (await read(desk, ended))["status"]["key"] == "closed"
    assert [code for code, _ in (await reply(desk.admin, ended)).refusals("ticketReply")] == ["CONFLICT"]
    assert [code for code, _ in (await update(desk.admin, ended, title="x")).refusals("ticketUpdate")] == [
        "CONFLICT"
    ]
    assert await refusals(desk.admin, DELETE, id=ended["id"]) == []


@pytest.mark.requirement("R3", "R9", "R10", "R11", "R12", "R13", "C7")
async def test_rules_of_what_stays(kf5: Desk) -> None:
    desk = kf5
    ticket, group, other = await in_a_group(desk)
    # R3, C7: a group with tickets is neither changed nor deleted.
    assert await refusals(desk.admin, GROUP_UPDATE, id=group, name="改名") == ["CONFLICT"]
    assert await refusals(desk.admin, GROUP_UPDATE, id=group, isActive=False) == ["CONFLICT"]
    assert await refusals(desk.admin, GROUP_DELETE, id=group) == ["CONFLICT"]
    # R9: within the group the agent cannot be taken away. R10: nor can the group ever.
    assert await refusals(desk.agent, UPDATE, id=ticket["id"], assigneeId=None) == ["CONFLICT"]
    assert await refusals(desk.agent, UPDATE, id=ticket["id"], groupId=None) == ["CONFLICT"]
    # R12, R13: priority and type, once set, are set.
    kinds = await do(
        desk.admin,
        "mutation($input: OptionCreateInput!) { optionCreate(input: $input) { option { id } userErrors { code } } }",
        list="TYPE", key="tech", label="技术问题",
    )  # fmt: skip
    flag = (await options(desk, "PRIORITY"))["low"]
    await updated(desk.agent, ticket, priorityId=flag, typeId=kinds["option"]["id"])
    for field in ("priorityId", "typeId"):
        assert await refusals(desk.agent, UPDATE, id=ticket["id"], **{field: None}) == ["CONFLICT"]
    # R11: to another group, with or without an agent.
    moved = await updated(desk.agent, ticket, groupId=other, assigneeId=None)
    assert (moved["group"], moved["assignee"]) == ({"id": other}, None)


@pytest.mark.requirement("I8")
async def test_a_view_of_new_tickets_in_my_groups_is_there_from_the_beginning(kf5: Desk) -> None:
    desk = kf5
    group = await make_group(desk, "客服组", desk.agent, await desk.add("agent"))
    await make_group(desk, "别组", desk.admin, await desk.add("agent"))
    await open_ticket(desk.founder, title="新来的", groupId=group, requesterId=desk.customer.id)

    view = (await view_ids(desk.agent))["new_in_my_groups"]
    assert await view_titles(desk.agent, view) == ["新来的"]
    assert await view_titles(desk.admin, view) == []
