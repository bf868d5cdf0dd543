"""Udesk: the overview of its ticket system from top to bottom, for what there is of it."""

import pytest

from core.testing import Desk
from core.testing.serving import Served
from tests.acceptance.walking import (
    OPTION,
    ORGANIZATION,
    TAG,
    USER_CREATE,
    canned,
    do,
    found,
    from_template,
    history,
    may,
    refusals,
    said,
    sees,
    star,
    titles,
    told,
    worded,
)
from tests.jobs.bulk import asked, ended, working
from tests.tickets.making import (
    CREATE,
    DELETE,
    TRANSFER,
    done,
    make_group,
    open_ticket,
    options,
    read,
    replied,
    updated,
)

FIELD = """mutation($input: CustomFieldCreateInput!) { customFieldCreate(input: $input) {
  customField { id } userErrors { code path } } }"""
OWN_FIELD = """mutation($input: CustomFieldCreateInput!) { customFieldCreate(input: $input) {
  customField { id options { nodes { label } } } userErrors { code path } } }"""
OPTION_UPDATE = """mutation($input: OptionUpdateInput!) { optionUpdate(input: $input) {
  option { label } userErrors { code path } } }"""
OPTION_ARCHIVE = """mutation($input: OptionArchiveInput!) { optionArchive(input: $input) {
  option { isActive } userErrors { code path } } }"""
VALUES = """query($id: ID!) { ticket(id: $id) { customFields {
  field { key } ... on CustomNumberValue { number } } } }"""


@pytest.fixture
async def udesk(app: Served) -> Desk:
    return await found(app, "udesk")


@pytest.mark.requirement("B17", "F5", "E10", "G1", "G7", "E16")
async def test_what_agents_do_with_a_ticket(udesk: Desk) -> None:
    desk = udesk
    await make_group(desk, "客服一组", desk.agent, desk.leader)
    keys, flags = await worded(desk), await options(desk, "PRIORITY")
    # F5: from open by being solved to closed.
    assert list(keys) == ["开启", "解决中", "等待客户", "已解决", "已关闭"]
    # What customers, agents and programs open is in one list. B17: agents open tickets there.
    ticket = await open_ticket(desk.customer, title="登录不了", priorityId=flags["standard"])
    await open_ticket(desk.agent, title="电话来的", source="PHONE", requesterId=desk.customer.id)
    assert sorted(await titles(desk.agent, {})) == ["电话来的", "登录不了"]
    assert (ticket["status"]["key"], ticket["priority"]["key"]) == ("open", "standard")

    # E10, E16: the priority changes from standard to urgent, the status to being solved.
    changed = await updated(desk.agent, ticket, priorityId=flags["urgent"], statusId=keys["解决中"])
    assert (changed["priority"]["key"], changed["status"]["key"]) == ("urgent", "solving")
    # G1: replies to the customer, and notes among colleagues.
    await replied(desk.agent, ticket, "正在处理")
    await replied(desk.agent, ticket, "账号被锁了", visibility="PRIVATE")
    assert "账号被锁了" not in await said(desk.customer, ticket)
    assert await said(desk.leader, ticket) == ["help", "正在处理", "账号被锁了"]
    # G7: the record of it.
    types = [each.get("type") for each in (await history(desk.agent, ticket))["timeline"]["nodes"]]
    assert types.count("ticket.updated") == 1
    # B17: and they delete.
    assert "delete" in await may(desk.agent, ticket)
    assert await refusals(desk.agent, DELETE, id=ticket["id"]) == []
    assert (await read(desk, ticket))["state"] == "DELETED"


@pytest.mark.requirement("J1")
async def test_ten_tickets_are_closed_at_once(udesk: Desk) -> None:
    desk, keys = udesk, await worded(udesk)
    tickets = [(await open_ticket(desk.admin, title=f"旧单 {n}"))["id"] for n in range(10)]

    job = await asked(desk.admin, select={"ids": tickets}, patch={"statusId": keys["已关闭"]})
    async with working():
        ended_job = await ended(desk.admin, job)

    assert ended_job["result"] == {"succeededCount": 10, "failedCount": 0, "isRolledBack": False}
    assert len(await titles(desk.admin, {"status": {"eq": keys["已关闭"]}})) == 10


@pytest.mark.requirement("C6", "L14", "H5", "Q7", "G2")
async def test_a_ticket_goes_up_three_tiers_and_those_who_follow_stay(udesk: Desk) -> None:
    desk = udesk
    second, third = await desk.add("agent"), await desk.add("agent")
    await make_group(desk, "一线", desk.agent, desk.leader)
    tiers = {name: await make_group(desk, name, person, desk.admin) for name, person in
             (("二线", second), ("三线", third))}  # fmt: skip
    # The first line opens it, follows it, and hands it on; the second does, too.
    ticket = await open_ticket(desk.agent, requesterId=desk.customer.id, assigneeId=desk.agent.id)
    await star(desk.agent, ticket)
    await done(desk.agent, TRANSFER, ticket, groupId=tiers["二线"], assigneeId=second.id, note="看不懂")
    await star(second, ticket)
    await done(second, TRANSFER, ticket, groupId=tiers["三线"], assigneeId=third.id, note="要改代码")

    # H5: both still open it, and Q7 hear what the third line does.
    assert [await sees(person, ticket) for person in (desk.agent, second, third)] == [[True]] * 3
    await replied(third, ticket, "修好了")
    for person in (desk.agent, second):
        assert ticket["id"] in {each for _, each in await told(desk, person)}
    # Who neither follows nor has it does not see it.
    assert await sees(desk.leader, ticket) == [False]


@pytest.mark.requirement("H1")
async def test_tickets_are_listed_by_tag(udesk: Desk) -> None:
    desk = udesk
    wish, bug = [(await do(desk.admin, TAG, name=name))["tag"]["id"] for name in ("新需求", "bug")]
    for title, tags in (("甲", [wish]), ("乙", [wish, bug]), ("丙", [])):
        await open_ticket(desk.admin, title=title, tagIds=tags)

    assert sorted(await titles(desk.admin, {"tags": {"any": [wish]}})) == sorted(["甲", "乙"])
    assert await titles(desk.admin, {"tags": {"all": [wish, bug]}}) == ["乙"]


@pytest.mark.requirement("E13", "K3")
async def test_fields_of_the_tenants_own_say_what_the_business_needs(udesk: Desk) -> None:
    desk = udesk
    await do(desk.admin, FIELD, object="TICKET", key="amount", label="金额", kind="NUMBER")
    assert await refusals(desk.agent, FIELD, object="TICKET", key="x", label="x", kind="TEXT") == [
        "FORBIDDEN"
    ]

    made = await do(
        desk.agent,
        CREATE,
        title="退款",
        body="请退",
        customFields=[{"key": "amount", "value": {"number": 12.5}}],
    )

    shown = (await desk.agent.ask(VALUES, id=made["ticket"]["id"])).data["ticket"]["customFields"]
    assert shown == [{"field": {"key": "amount"}, "number": 12.5}]


@pytest.mark.requirement("K2")
async def test_administrators_keep_options_and_say_what_a_field_is_for(udesk: Desk) -> None:
    desk = udesk
    choices = [{"key": "gold", "label": "金"}, {"key": "silver", "label": "银"}]
    level = {"key": "level", "label": "级别", "kind": "SELECT", "options": choices}
    # A field is for tickets, or for what the business keeps of people and of organisations.
    for kept in ("TICKET", "USER", "ORGANIZATION"):
        made = (await do(desk.admin, OWN_FIELD, object=kept, **level))["customField"]
        assert [each["label"] for each in made["options"]["nodes"]] == ["金", "银"]
    asked = {"title": "x", "body": "y", "customFields": [{"key": "level", "value": {"optionKeys": ["gold"]}}]}
    await do(desk.agent, CREATE, **asked)
    await do(desk.agent, USER_CREATE, name="赵", customFields=asked["customFields"])
    firm = [{"key": "level", "value": {"optionKeys": ["silver"]}}]
    await do(desk.admin, ORGANIZATION, name="公司", customFields=firm)
    await do(desk.admin, FIELD, object="TICKET", key="amount", label="金额", kind="NUMBER")
    misplaced = [{"key": "amount", "value": {"number": 1}}]
    assert await refusals(desk.agent, USER_CREATE, name="钱", customFields=misplaced) == ["NOT_FOUND"]
    # Administrators keep the options: they add one, reword it, take it out of use. Agents do none of it.
    more = {"list": "FIELD", "fieldId": made["id"], "key": "iron", "label": "铁"}
    assert await refusals(desk.agent, OPTION, **more) == ["FORBIDDEN"]
    iron = (await do(desk.admin, OPTION, **more))["option"]["id"]
    assert await refusals(desk.agent, OPTION_UPDATE, id=iron, label="铜") == ["FORBIDDEN"]
    assert (await do(desk.admin, OPTION_UPDATE, id=iron, label="铜"))["option"] == {"label": "铜"}
    assert await refusals(desk.agent, OPTION_ARCHIVE, id=iron) == ["FORBIDDEN"]
    assert (await do(desk.admin, OPTION_ARCHIVE, id=iron))["option"] == {"isActive": False}


async def test_a_template_for_bugs_and_a_reply_are_there_from_the_beginning(udesk: Desk) -> None:
    desk = udesk
    await make_group(desk, "客服一组", desk.agent, desk.leader)

    bug = await from_template(desk.agent, "bug", title="闪退", body="打开就退", requesterId=desk.customer.id)

    assert (bug["type"]["key"], bug["priority"]["key"]) == ("bug", "standard")
    told = await canned(desk.agent, "Being solved", bug)
    assert told == f"Customer, your ticket {bug['number']} is being solved."


async def test_tickets_are_filtered_as_mine_and_as_urgent(udesk: Desk) -> None:
    desk = udesk
    await make_group(desk, "客服一组", desk.agent, desk.leader)
    flags = await options(desk, "PRIORITY")
    await open_ticket(desk.admin, title="我的", assigneeId=desk.agent.id)
    await open_ticket(desk.admin, title="紧急的", priorityId=flags["urgent"])

    assert await titles(desk.agent, {"assignee": {"eq": desk.agent.id}}) == ["我的"]
    assert await titles(desk.agent, {"priority": {"eq": flags["urgent"]}}) == ["紧急的"]
