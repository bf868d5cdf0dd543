"""The list, the count and read marks, for the four callers."""

import asyncio

import pytest

from core.testing import Desk
from tests.notifications.telling import (
    LIST,
    MARK,
    MARK_ALL,
    PREFER,
    PREFERENCES,
    notifications,
    rows,
    tell,
    told,
)
from tests.tickets.making import make_group, open_ticket, replied, updated

COUNT = "{ viewer { unreadNotificationCount { value exact } } }"


@pytest.fixture
async def busy(desk: Desk) -> Desk:
    """The agent has three unread notifications: of two tickets the first, then both replies."""
    group = await make_group(desk, "Support", desk.agent)
    tickets = [
        await open_ticket(desk.admin, requesterId=desk.customer.id, groupId=group, assigneeId=desk.agent.id)
        for _ in range(2)
    ]
    await replied(desk.customer, tickets[0], "hello?")
    await tell(desk)
    assert await told(desk.agent) == ["ASSIGNED", "ASSIGNED", "CUSTOMER_REPLIED"]
    return desk


@pytest.mark.requirement("Q5")
async def test_reading_one_counts_it_off(busy: Desk) -> None:
    newest, *others = await notifications(busy.agent)

    for _ in range(2):
        answer = await busy.agent.ask(MARK, input={"ids": [newest["id"]]})
        assert answer.payload("notificationMarkRead")["unreadNotificationCount"] == {
            "value": 2,
            "exact": True,
        }

    assert [each["id"] for each in await notifications(busy.agent, isRead={"eq": False})] == [
        each["id"] for each in others
    ]
    (read,) = await notifications(busy.agent, isRead={"eq": True})
    assert read["id"] == newest["id"]
    assert read["readAt"] is not None


async def test_when_it_was_read_stays(busy: Desk) -> None:
    ids = [each["id"] for each in await notifications(busy.agent)]
    await busy.agent.ask(MARK, input={"ids": ids[:1]})
    before = [each["readAt"] for each in await notifications(busy.agent)]
    await busy.agent.ask(MARK, input={"ids": ids})

    after = [each["readAt"] for each in await notifications(busy.agent)]
    assert after[0] == before[0]
    assert None not in after


async def test_all_up_to_what_was_shown(busy: Desk) -> None:
    shown = await notifications(busy.agent)

    answer = await busy.agent.ask(MARK_ALL, input={"through": shown[1]["id"]})

    assert answer.payload("notificationMarkAllRead")["unreadNotificationCount"] == {"value": 1}
    assert [each["isRead"] for each in await notifications(busy.agent)] == [False, True, True]


async def test_all_of_a_ticket(busy: Desk) -> None:
    newest = (await notifications(busy.agent))[0]

    answer = await busy.agent.ask(MARK_ALL, input={"ticketId": newest["ticket"]["id"]})

    assert answer.payload("notificationMarkAllRead")["unreadNotificationCount"] == {"value": 1}
    assert [each["isRead"] for each in await notifications(busy.agent)] == [True, False, True]


async def test_everything(busy: Desk) -> None:
    answers = await asyncio.gather(*(busy.agent.ask(MARK_ALL, input={}) for _ in range(3)))

    for answer in answers:
        assert answer.payload("notificationMarkAllRead")["unreadNotificationCount"] == {"value": 0}
    assert await notifications(busy.agent, isRead={"eq": False}) == []


async def test_others_neither_see_nor_mark_them(busy: Desk, other: Desk) -> None:
    ids = [each["id"] for each in await notifications(busy.agent)]
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    for stranger in (busy.founder, busy.customer, other.founder):
        assert (await stranger.ask(query, ids=ids)).data == {"nodes": [None] * 3}
        refused = await stranger.ask(MARK, input={"ids": ids})
        assert refused.refusals("notificationMarkRead") == [
            ("NOT_FOUND", ["ids", str(place)]) for place in range(3)
        ]
        refused = await stranger.ask(MARK_ALL, input={"through": ids[0]})
        assert refused.refusals("notificationMarkAllRead") == [("NOT_FOUND", ["through"])]
        (await stranger.ask(MARK_ALL, input={})).payload("notificationMarkAllRead")
    nobody = await busy.served.ask(LIST, {})
    assert nobody.codes == ["UNAUTHENTICATED"]
    assert [row["read_at"] for row in await rows(busy, busy.agent)] == [None, None, None]


async def test_one_unknown_among_many_marks_none(busy: Desk) -> None:
    ids = [each["id"] for each in await notifications(busy.agent)]

    refused = await busy.agent.ask(MARK, input={"ids": [ids[0], "ntf_" + "0" * 32, ids[1]]})

    assert refused.refusals("notificationMarkRead") == [("NOT_FOUND", ["ids", "1"])]
    assert (await busy.agent.ask(COUNT)).data["viewer"]["unreadNotificationCount"] == {
        "value": 3,
        "exact": True,
    }


async def test_a_ticket_out_of_sight_is_not_shown_any_more(busy: Desk) -> None:
    shown = (await notifications(busy.agent))[0]
    hidden = await make_group(busy, "Hidden", busy.admin)
    await updated(busy.admin, shown["ticket"], groupId=hidden, assigneeId=busy.admin.id)

    found = (await notifications(busy.agent))[0]

    assert (found["id"], found["ticket"], found["message"]) == (shown["id"], None, None)


async def test_preferences_begin_as_is_usual_and_stay_as_chosen(busy: Desk) -> None:
    usual = (await busy.agent.ask(PREFERENCES)).data["viewer"]["notificationPreferences"]
    assert {each["kind"]: each["mail"] for each in usual} == {
        "ASSIGNED": True, "GROUP_ASSIGNED": False, "COPIED": True, "CUSTOMER_REPLIED": True, "AGENT_REPLIED": True,
        "NOTED": True, "SOLVED": False, "REOPENED": True, "CALLBACK_DUE": True, "SIDE_SAID": True,
        "CHANGED": False,
    }  # fmt: skip
    assert all(each["inApp"] for each in usual)

    for wish in ({"kind": "ASSIGNED", "mail": False}, {"kind": "ASSIGNED", "inApp": False}):
        answer = await busy.agent.ask(
            PREFER, input={"preferences": [wish, {"kind": "CHANGED", "mail": True}]}
        )
        answer.payload("notificationPreferencesUpdate")

    kept = (await busy.agent.ask(PREFERENCES)).data["viewer"]["notificationPreferences"]
    changed = [each for each in kept if each not in usual]
    assert changed == [
        {"kind": "ASSIGNED", "inApp": False, "mail": False},
        {"kind": "CHANGED", "inApp": True, "mail": True},
    ]
    assert (await busy.admin.ask(PREFERENCES)).data["viewer"]["notificationPreferences"] == usual


async def test_halves_chosen_at_once_are_both_kept(busy: Desk) -> None:
    await asyncio.gather(
        *(
            busy.agent.ask(PREFER, input={"preferences": [{"kind": "NOTED", **half}]})
            for half in ({"mail": False}, {"inApp": False})
        )
    )

    kept = (await busy.agent.ask(PREFERENCES)).data["viewer"]["notificationPreferences"]
    assert {"kind": "NOTED", "inApp": False, "mail": False} in kept


async def test_what_cannot_be_preferred(busy: Desk) -> None:
    twice = [{"kind": "SOLVED"}, {"kind": "SOLVED", "mail": True}]
    refused = await busy.agent.ask(PREFER, input={"preferences": twice})
    assert refused.refusals("notificationPreferencesUpdate") == [("INVALID", ["preferences", "1", "kind"])]

    refused = await busy.customer.ask(PREFER, input={"preferences": [{"kind": "SOLVED", "mail": True}]})
    assert refused.refusals("notificationPreferencesUpdate") == [("INVALID", ["preferences", "0", "mail"])]

    kinds = (await busy.customer.ask(PREFERENCES)).data["viewer"]["notificationPreferences"]
    assert [(each["kind"], each["mail"]) for each in kinds] == [
        (kind, False)
        for kind in ("ASSIGNED", "COPIED", "CUSTOMER_REPLIED", "AGENT_REPLIED", "SOLVED", "REOPENED")
    ]
