"""Who is told of what, from real acts through the API."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.housekeeping import remind_of_callbacks_of_all
from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.testing import Desk, Person
from tests.notifications.telling import PREFER, notifications, rows, tell, told
from tests.tickets.making import MERGE, WATCH, done, make_group, open_ticket, replied, statuses, updated

TAG = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }"
IMPERSONATE = """mutation($input: ImpersonationStartInput!) { impersonationStart(input: $input) {
  token userErrors { code } } }"""


async def watch(person: Person, ticket: dict[str, Any], kind: str = "FOLLOW", **values: Any) -> None:
    answer = await person.ask(WATCH, input={"ticketId": ticket["id"], "kind": kind, **values})
    answer.payload("ticketWatch")


@pytest.fixture
async def group(desk: Desk) -> str:
    """A group of the agent and the leader; one of two, so that tickets go to neither by themselves."""
    await make_group(desk, "Elsewhere")
    return await make_group(desk, "Support", desk.agent, desk.leader)


@pytest.mark.requirement("M5")
@pytest.mark.requirement("Q5")
async def test_who_is_given_a_ticket_is_told(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)

    await tell(desk)

    assert await notifications(desk.agent) == [
        {
            "id": (await notifications(desk.agent))[0]["id"], "kind": "ASSIGNED", "isRead": False, "readAt": None,
            "ticket": {"id": ticket["id"]}, "message": None, "actor": {"id": desk.admin.id},
        }
    ]  # fmt: skip
    for person in (desk.admin, desk.founder, desk.customer):
        assert await told(person) == []


@pytest.mark.requirement("M4")
async def test_a_transfer_tells_the_receiver_and_not_who_takes_it(desk: Desk, group: str) -> None:
    ticket = await open_ticket(
        desk.admin, requesterId=desk.customer.id, assigneeId=desk.agent.id, groupId=group
    )
    await updated(desk.agent, ticket, assigneeId=desk.leader.id)
    await updated(desk.agent, ticket, assigneeId=desk.agent.id)

    await tell(desk)

    assert (await told(desk.agent), await told(desk.leader)) == (["ASSIGNED"], ["ASSIGNED"])


async def test_a_group_is_told_of_a_ticket_that_nobody_has(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=group)
    second = await make_group(desk, "Second", desk.agent, desk.admin)
    await updated(desk.admin, ticket, groupId=second)
    await updated(desk.founder, ticket, groupId=group, assigneeId=desk.leader.id)

    await tell(desk)

    assert await told(desk.agent) == ["GROUP_ASSIGNED", "GROUP_ASSIGNED"]
    assert await told(desk.leader) == ["GROUP_ASSIGNED", "ASSIGNED"]
    assert await told(desk.admin) == []


async def test_replies_reach_the_other_side_and_the_watchers(desk: Desk, group: str) -> None:
    ticket = await open_ticket(
        desk.customer,
    )
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    await watch(desk.founder, ticket, "STAR")
    await tell(desk)
    before = {each.id: len(await told(each)) for each in (desk.agent, desk.founder, desk.customer)}

    await replied(desk.customer, ticket, "any news?")
    await replied(desk.agent, ticket, "tomorrow")
    await tell(desk)

    assert (await told(desk.agent))[before[desk.agent.id] :] == ["CUSTOMER_REPLIED"]
    assert (await told(desk.founder))[before[desk.founder.id] :] == ["CUSTOMER_REPLIED", "AGENT_REPLIED"]
    assert (await told(desk.customer))[before[desk.customer.id] :] == ["AGENT_REPLIED"]
    newest = (await notifications(desk.customer))[0]
    assert (newest["message"], newest["actor"]) == ({"bodyText": "tomorrow"}, {"id": desk.agent.id})
    assert await told(desk.leader) == []


async def test_a_private_note_tells_those_who_may_read_it_only(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.customer)
    helper = await desk.add("helper", UserKind.EXTERNAL)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    await watch(desk.admin, ticket, "CC", userId=helper.id)
    await watch(desk.customer, ticket)
    await watch(desk.founder, ticket)
    role = "update roles set permissions = permissions - 'ticket.note' where key = 'agent'"
    with acting_for(desk.tenant_id):
        await execute(role, {})

    await replied(desk.admin, ticket, "he is difficult", visibility="PRIVATE")
    await tell(desk)

    assert "NOTED" in await told(desk.founder)
    for person in (desk.agent, helper, desk.customer):
        assert "NOTED" not in await told(person)
    assert {row["user_id"] for row in await rows(desk) if row["kind"] == "NOTED"} == {desk.founder.key}


async def test_solved_and_reopened(desk: Desk, group: str) -> None:
    ticket, keys = await open_ticket(desk.customer), await statuses(desk)
    await watch(desk.founder, ticket)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    await updated(desk.agent, ticket, statusId=keys["solved"])
    await replied(desk.customer, ticket, "not at all")

    await tell(desk)

    assert await told(desk.customer) == ["SOLVED"]
    assert await told(desk.agent) == ["ASSIGNED", "REOPENED", "CUSTOMER_REPLIED"]
    assert await told(desk.founder) == ["CHANGED", "SOLVED", "REOPENED", "CUSTOMER_REPLIED"]


@pytest.mark.requirement("H5")
@pytest.mark.requirement("Q7")
async def test_nobody_is_told_that_what_they_asked_is_solved_when_it_was_merged(
    desk: Desk, group: str
) -> None:
    source, target = await open_ticket(desk.customer), await open_ticket(desk.customer)
    await updated(desk.admin, source, groupId=group, assigneeId=desk.agent.id)
    await done(desk.admin, MERGE, source, intoId=target["id"])

    await tell(desk)

    assert await told(desk.customer) == []
    assert await told(desk.agent) == ["ASSIGNED", "SOLVED"]


async def test_a_follower_is_told_of_every_change_once_for_each_act(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.customer)
    await watch(desk.founder, ticket)
    await watch(desk.customer, ticket)
    tag = (await desk.founder.ask(TAG, input={"name": "VIP"})).payload("tagCreate")["tag"]["id"]
    await updated(desk.admin, ticket, title="Printer on fire")
    await updated(desk.admin, ticket, title="Printer", addTagIds=[tag])
    keys = await statuses(desk)
    await replied(desk.admin, ticket, "in a while", statusId=keys["pending"])

    await tell(desk)

    assert await told(desk.founder) == ["CHANGED", "CHANGED", "AGENT_REPLIED"]
    assert await told(desk.customer) == ["AGENT_REPLIED"]


async def test_who_is_copied_in_is_told(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer)
    helper = await desk.add("helper", UserKind.EXTERNAL)
    await watch(desk.admin, ticket, "CC", userId=helper.id)

    await tell(desk)

    assert await told(helper) == ["COPIED"]


async def test_who_may_no_longer_see_the_ticket_is_not_told(desk: Desk, group: str) -> None:
    """Sight counts as it is when the notification is made."""
    ticket = await open_ticket(desk.customer)
    colleague = await desk.add("colleague", UserKind.CUSTOMER)
    await watch(desk.admin, ticket, "CC", userId=colleague.id)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    with acting_for(desk.tenant_id):
        await execute("update watches set kind = 'STAR' where user_id = :user", {"user": colleague.key})
        await execute("update users set status = 'DISABLED' where id = :user", {"user": desk.agent.key})

    await tell(desk)

    assert await rows(desk) == []


async def test_sight_of_many_at_once_is_that_of_each(desk: Desk, other: Desk, group: str) -> None:
    """Every shape of viewer watches; who hears is who sees."""
    hidden = await make_group(desk, "Hidden", desk.admin)
    ticket = await open_ticket(
        desk.customer,
    )
    await updated(desk.admin, ticket, groupId=hidden)
    people = [desk.founder, desk.admin, desk.leader, desk.agent, desk.customer]
    people += [await desk.add("helper", UserKind.EXTERNAL), await desk.add("rival", UserKind.CUSTOMER)]
    with acting_for(desk.tenant_id):
        for person in people:
            await execute(
                "insert into watches (id, tenant_id, created_at, ticket_id, user_id, kind) select gen_random_uuid(),"
                " tenant_id, now(), id, :user, 'STAR' from tickets",
                {"user": person.key},
            )
    await replied(desk.customer, ticket, "hello?")
    await tell(desk)

    sees = [
        person
        for person in people
        if (await person.ask("query($id: ID!) { node(id: $id) { id } }", id=ticket["id"])).data["node"]
    ]
    hears = [person for person in people if "CUSTOMER_REPLIED" in await told(person)]
    assert hears == [person for person in sees if person is not desk.customer]
    assert [person.id for person in sees] == [each.id for each in people[:5]]
    assert await rows(other) == []


async def test_who_acts_as_somebody_is_not_told_and_neither_is_who_they_act_as(
    desk: Desk, group: str
) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    await watch(desk.founder, ticket)
    await tell(desk)
    before = [len(await told(each)) for each in (desk.agent, desk.founder)]
    started = await desk.founder.ask(IMPERSONATE, input={"userId": desk.agent.id})
    as_agent = Person(desk.served, desk.agent.key, started.payload("impersonationStart")["token"], "")

    await replied(as_agent, ticket, "done")
    await tell(desk)

    assert [len(await told(each)) for each in (desk.agent, desk.founder)] == before
    assert (await told(desk.customer))[-1] == "AGENT_REPLIED"
    assert (await notifications(desk.customer))[0]["actor"] == {"id": desk.agent.id}


async def test_twice_and_at_the_same_time_is_once(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    await replied(desk.customer, ticket, "hello?")

    await asyncio.gather(*(tell(desk) for _ in range(4)))
    first = await rows(desk)
    await tell(desk)

    assert await rows(desk) == first
    assert await told(desk.agent) == ["ASSIGNED", "CUSTOMER_REPLIED"]


async def test_what_one_does_not_want_is_not_made(desk: Desk, group: str) -> None:
    wishes = [
        {"kind": "ASSIGNED", "inApp": False, "mail": False},
        {"kind": "CUSTOMER_REPLIED", "inApp": False},
    ]
    (await desk.agent.ask(PREFER, input={"preferences": wishes})).payload("notificationPreferencesUpdate")
    ticket = await open_ticket(desk.customer)
    await updated(desk.admin, ticket, groupId=group, assigneeId=desk.agent.id)
    await replied(desk.customer, ticket, "hello?")

    await tell(desk)

    assert await told(desk.agent) == []
    assert [(row["kind"], row["in_app"], row["by_mail"]) for row in await rows(desk, desk.agent)] == [
        ("CUSTOMER_REPLIED", False, True),
    ]


def minutes_from_now(minutes: int) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


async def reminded(desk: Desk, person: Person) -> list[str]:
    """What somebody has been told of callbacks, once time has been looked at."""
    await remind_of_callbacks_of_all()
    await tell(desk)
    return [kind for kind in await told(person) if kind == "CALLBACK_DUE"]


@pytest.mark.requirement("M6")
async def test_who_has_a_ticket_is_told_when_it_is_time_to_call_back(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(
        desk.admin, ticket, groupId=group, assigneeId=desk.agent.id, callbackAt=minutes_from_now(30)
    )
    assert await reminded(desk, desk.agent) == []
    changed = await updated(desk.admin, ticket, callbackAt=minutes_from_now(-1))

    assert await reminded(desk, desk.agent) == ["CALLBACK_DUE"]
    assert await reminded(desk, desk.agent) == ["CALLBACK_DUE"]
    for person in (desk.admin, desk.leader, desk.customer):
        assert await reminded(desk, person) == []
    # It is no change of the ticket: whoever is just editing it is not in the way.
    await updated(desk.admin, ticket, callbackAt=minutes_from_now(-1), expectedVersion=changed["version"])
    assert await reminded(desk, desk.agent) == ["CALLBACK_DUE", "CALLBACK_DUE"]


async def test_nobody_is_told_to_call_back_about_what_is_done(desk: Desk, group: str) -> None:
    ticket = await open_ticket(desk.customer)
    await updated(
        desk.admin, ticket, groupId=group, assigneeId=desk.agent.id, callbackAt=minutes_from_now(-1)
    )
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["solved"])

    assert await reminded(desk, desk.agent) == []
