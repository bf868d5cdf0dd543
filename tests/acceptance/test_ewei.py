"""EWEI 易维: its practical guide from top to bottom, for what there is of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from core.kit.context import Context, UserKind, acting_for
from core.operating import automatic_context
from core.testing import Desk
from core.testing.serving import Served
from core.tickets.service import move_on, purge_tickets
from core.tickets.states import TicketState
from tests.acceptance.walking import (
    ORGANIZATION,
    ROLES,
    USER_CREATE,
    USER_UPDATE,
    canned,
    do,
    found,
    from_template,
    refusals,
    role,
    said,
    sees,
    star,
    titles,
    told,
    worded,
)
from tests.founding.visiting import ACCEPT, FOUND, mails_of, tenant_of
from tests.founding.visiting import given as wanting
from tests.identity.conftest import PASSWORD, secret_in
from tests.identity.test_inviting import INVITE
from tests.identity.test_merging import MERGE
from tests.identity.test_signing_in import SIGN_IN
from tests.tickets.making import (
    ADMIT,
    DELETE,
    GROUP,
    RESTORE,
    SUSPEND,
    WATCH,
    done,
    make_group,
    open_ticket,
    options,
    read,
    replied,
    updated,
)

SHARE = """mutation($input: OrganizationUpdateInput!) { organizationUpdate(input: $input) {
  organization { id } userErrors { code } } }"""
MEMBERS = "query($id: ID!) { organization(id: $id) { users { nodes { id } } } }"
ROLE = (
    """mutation($input: RoleCreateInput!) { roleCreate(input: $input) { role { id } userErrors { code } } }"""
)


@pytest.fixture
async def ewei(app: Served) -> Desk:
    return await found(app, "ewei")


def later(desk: Desk, days: float) -> Context:
    """The product itself, so many days on."""
    moment = datetime.now(UTC) + timedelta(days=days)
    return replace(automatic_context(desk.tenant_id), clock=lambda: moment)


@pytest.mark.requirement("A7", "B20")
async def test_an_enterprise_signs_itself_up_and_its_founder_adds_accounts(app: Served) -> None:
    wanted = wanting(preset="ewei", name="某企业")
    answer = await app.ask(FOUND, {"input": wanted})
    answer.payload("tenantCreate")
    tenant_id = await tenant_of(wanted["slug"])
    [mail] = await mails_of(tenant_id)
    chosen = {"password": PASSWORD}
    founder = await app.ask(ACCEPT, {"input": {"token": secret_in(mail), **chosen}})
    token = founder.payload("invitationAccept")["token"]
    # A role and a group, an invitation by mail, a password: and they are in, by their address.
    [agent] = [
        each["id"]
        for each in (await app.ask(ROLES, token=token)).data["roles"]["nodes"]
        if each["key"] == "agent"
    ]
    group = (await app.ask(GROUP, {"input": {"name": "一组"}}, token=token)).payload("groupCreate")["group"][
        "id"
    ]
    for place in range(3):
        account = {"email": f"kefu{place}@b.example", "name": f"客服 {place}"}
        invited = await app.ask(
            INVITE, {"input": {**account, "roleIds": [agent], "groupIds": [group]}}, token=token
        )
        assert invited.payload("userInvite")["user"]["status"] == "INVITED"
        mail = (await mails_of(tenant_id))[-1]
        assert mail["to"] == account["email"]
        accepted = await app.ask(ACCEPT, {"input": {"token": secret_in(mail), **chosen}})
        accepted.payload("invitationAccept")
        host = f"{wanted['slug']}.localhost"
        entered = await app.ask(SIGN_IN, {"input": {"email": account["email"], **chosen}}, host=host)
        own = entered.payload("signIn")["token"]
        me = (await app.ask("{ viewer { user { name } tenant { name } } }", token=own)).data["viewer"]
        assert me == {"user": {"name": account["name"]}, "tenant": {"name": "某企业"}}


@pytest.mark.requirement("B8", "B9", "C2")
async def test_roles_and_groups(ewei: Desk) -> None:
    desk = ewei
    # B8: administrators are several, and the role is given and taken away.
    admin, agent = [(await role(desk, key))["id"] for key in ("admin", "agent")]
    second = await desk.add("agent")
    assert (await do(desk.founder, USER_UPDATE, id=second.id, roleIds=[admin]))["user"]["roles"] == [
        {"key": "admin"}
    ]
    assert (await do(desk.founder, USER_UPDATE, id=second.id, roleIds=[agent]))["user"]["roles"] == [
        {"key": "agent"}
    ]
    # B9: and there are roles of one's own making.
    own = (await do(desk.founder, ROLE, name="夜班", permissions=["ticket.reply"], ticketScope="GROUP"))[
        "role"
    ]["id"]
    await do(desk.founder, USER_UPDATE, id=second.id, roleIds=[own])
    # C2: of several groups one comes first. Who is in a group shares its tickets.
    await make_group(desk, "一组", desk.agent, desk.admin)
    preferred = await make_group(desk, "二组", desk.agent, second, preferred_by=desk.agent)
    ticket = await open_ticket(desk.admin, assigneeId=desk.agent.id)
    assert ticket["group"] == {"id": preferred}
    assert await sees(second, ticket) == [True]


@pytest.mark.requirement("B22", "D6", "D8", "X5")
async def test_customers_come_in(ewei: Desk) -> None:
    desk = ewei
    # D8: an agent adds a customer by hand, and opens their ticket. Who is there already is recognised.
    await make_group(desk, "一组", desk.agent)
    asker = (await do(desk.agent, USER_CREATE, name="赵", email="zhao@b2b.example"))["user"]["id"]
    assert await refusals(desk.agent, USER_CREATE, name="赵先生", email="ZHAO@b2b.example") == ["TAKEN"]
    known = '{ user(email: "zhao@b2b.example") { id } }'
    assert (await desk.agent.ask(known)).data["user"] == {"id": asker}
    # B22: a customer may be an enterprise, too.
    await do(desk.agent, USER_CREATE, name="某公司", email="office@b2b.example", customerType="ENTERPRISE")
    kinds = '{ users(filter: {email: {contains: "b2b"}}) { nodes { name customerType } } }'
    assert {
        each["name"]: each["customerType"] for each in (await desk.agent.ask(kinds)).data["users"]["nodes"]
    } == {"赵": "PERSON", "某公司": "ENTERPRISE"}
    # Made whole and put into their group. D6: whose members see each other's tickets.
    firm = (await do(desk.admin, ORGANIZATION, name="B 类客户", sharesTickets=True))["organization"]["id"]
    await do(desk.agent, USER_UPDATE, id=asker, mobile="+8613800138000", organizationId=firm)
    ticket = await open_ticket(desk.agent, requesterId=asker)
    assert await sees(desk.customer, ticket) == [False]
    await do(desk.agent, USER_UPDATE, id=desk.customer.id, organizationId=firm)
    assert await sees(desk.customer, ticket) == [True]
    # X5: the customer group is the company that they belong to, and says whether its people share.
    await do(desk.admin, SHARE, id=firm, sharesTickets=False)
    assert await sees(desk.customer, ticket) == [False]
    of_firm = (await desk.agent.ask(MEMBERS, id=firm)).data["organization"]["users"]["nodes"]
    assert {each["id"] for each in of_firm} == {asker, desk.customer.id}


@pytest.mark.requirement("A10", "B23", "E7", "E8", "G1", "H4", "H6", "H7", "Q5")
async def test_several_enterprises_work_on_one_ticket(ewei: Desk) -> None:
    desk = ewei
    await make_group(desk, "一组", desk.agent)
    supplier = await desk.add("供应商", UserKind.EXTERNAL)
    colleague = await desk.add("agent")
    # E7: the nature of the matter.
    incident = (await options(desk, "NATURE"))["incident"]
    ticket = await open_ticket(desk.customer, title="电梯困人", body="快来")
    await updated(desk.agent, ticket, natureId=incident)
    assert await titles(desk.agent, {"nature": {"eq": incident}}) == ["电梯困人"]
    assert await sees(supplier, ticket) == [False]
    # H7, A10: an outside helper and an agent who is not of the group are copied in, and find it in their list.
    for person in (supplier, colleague):
        await do(desk.agent, WATCH, ticketId=ticket["id"], kind="CC", userId=person.id)
    for person in (supplier, colleague):
        assert await titles(person, {"watchedByMeAs": ["CC"]}) == ["电梯困人"]
    # B23: the helper answers, H6 is told of replies, and G1 reads nothing that agents say among themselves.
    await replied(desk.agent, ticket, "报价先不说", visibility="PRIVATE")
    await replied(supplier, ticket, "备件明天到")
    assert await said(supplier, ticket) == ["快来", "备件明天到"]
    assert await said(desk.customer, ticket) == ["快来", "备件明天到"]
    assert await said(colleague, ticket) == ["快来", "报价先不说", "备件明天到"]
    # Q5: and who has it is told at once.
    assert ticket["id"] in {each for _, each in await told(desk, desk.agent)}
    # H4: any ticket is a favourite at any time.
    await star(colleague, ticket, kind="STAR")
    assert await titles(colleague, {"watchedByMeAs": ["STAR"]}) == ["电梯困人"]
    # B23: he holds nothing else.
    assert await refusals(supplier, DELETE, id=ticket["id"]) == ["FORBIDDEN"]


@pytest.mark.requirement("F7", "F8", "F9", "F10", "F11")
async def test_a_ticket_goes_its_way_to_closed_deleted_or_suspended(ewei: Desk) -> None:
    desk, keys = ewei, await worded(ewei)
    # F7: five statuses; suspended and deleted stand beside them.
    assert list(keys) == ["新建", "处理中", "暂停", "处理完毕", "关闭"]
    await make_group(desk, "一组", desk.agent)
    ticket = await open_ticket(desk.customer)
    # F8: what waits for the customer goes on when they reply.
    await replied(desk.agent, ticket, "请补充", statusId=keys["暂停"])
    assert (await replied(desk.customer, ticket, "补充了"))["status"]["key"] == "open"
    # F9: what is solved closes by itself after three days, and not before.
    await replied(desk.agent, ticket, "好了", statusId=keys["处理完毕"])
    for days, status in ((2.9, "solved"), (3.1, "closed")):
        with acting_for(desk.tenant_id):
            await move_on(later(desk, days))
        assert (await read(desk, ticket))["status"]["key"] == status
    # F10: what was deleted comes back within thirty days, with the status that it had.
    gone, lost = await open_ticket(desk.customer), await open_ticket(desk.customer)
    for each in (gone, lost):
        await done(desk.admin, DELETE, each)
    assert (await done(desk.admin, RESTORE, gone))["state"] == "ACTIVE"
    # F11: what is unfit is held back, or let in after all; left alone it goes after thirty days.
    unfit, fit = await open_ticket(desk.customer), await open_ticket(desk.customer)
    for each in (unfit, fit):
        assert (await done(desk.agent, SUSPEND, each, reason="SPAM"))["state"] == "SUSPENDED"
    assert (await done(desk.agent, ADMIT, fit))["state"] == "ACTIVE"
    for days, left in ((29, True), (31, False)):
        ctx = later(desk, days)
        with acting_for(desk.tenant_id):
            for state in (TicketState.DELETED, TicketState.SUSPENDED):
                await purge_tickets(ctx, resting_for=timedelta(days=30), state=state)
        assert await sees(desk.admin, lost, unfit, gone, fit) == [left, left, True, True]


@pytest.mark.requirement("K6")
async def test_a_template_opens_a_ticket_quickly_and_a_reply_is_ready(ewei: Desk) -> None:
    desk = ewei
    await make_group(desk, "一组", desk.agent)

    ticket = await from_template(
        desk.agent, "incident", title="电梯", body="停了", requesterId=desk.customer.id
    )

    shown = "query($id: ID!) { ticket(id: $id) { nature { key } priority { key } } }"
    opened = (await desk.agent.ask(shown, id=ticket["id"])).data["ticket"]
    assert opened == {"nature": {"key": "incident"}, "priority": {"key": "high"}}
    assert "is solved" in await canned(desk.agent, "Solved", ticket)


@pytest.mark.requirement("H8")
async def test_lists_that_always_are_there_with_their_counts(ewei: Desk) -> None:
    desk, keys = ewei, await worded(ewei)
    mate = await desk.add("agent")
    group = await make_group(desk, "一组", desk.agent, mate)
    await make_group(desk, "二组", desk.admin, await desk.add("agent"))
    for title, given in (
        ("新的", {"groupId": group}), ("我的", {"groupId": group, "assigneeId": desk.agent.id}),
        ("同事的", {"groupId": group, "assigneeId": mate.id}), ("别组的", {}),
    ):  # fmt: skip
        made = await open_ticket(desk.admin, title=title, requesterId=desk.customer.id, **given)
        if title == "同事的":
            await updated(mate, made, statusId=keys["暂停"])

    for filter, expected in (
        ({}, ["新的", "我的", "同事的"]),  # all that one may see; H8: what the group mates have, too
        ({"assignee": {"eq": desk.agent.id}}, ["我的"]),
        ({"assignee": {"eq": mate.id}}, ["同事的"]),
        ({"group": {"eq": group}, "assignee": {"isNull": True}}, ["新的"]),
        ({"statusCategory": {"eq": "PENDING"}}, ["同事的"]),
        ({"statusCategory": {"in": ["SOLVED", "CLOSED"]}}, []),
        ({"state": {"eq": "SUSPENDED"}}, []),
    ):
        assert sorted(await titles(desk.agent, filter)) == sorted(expected), filter


@pytest.mark.requirement("D9")
async def test_a_customer_who_is_there_twice_is_merged(ewei: Desk) -> None:
    desk = ewei
    await make_group(desk, "一组", desk.agent)
    twin = (await do(desk.agent, USER_CREATE, name="同一个人", email="other@b2b.example"))["user"]["id"]
    ticket = await open_ticket(desk.agent, requesterId=twin)

    await do(desk.agent, MERGE, id=twin, intoId=desk.customer.id)

    assert (await read(desk, ticket))["requester"] == {"id": desk.customer.id}
    assert await sees(desk.customer, ticket) == [True]
