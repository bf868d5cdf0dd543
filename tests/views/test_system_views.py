"""The views that every desk has: what each lists, for whom, and their counts."""

from collections.abc import Mapping
from typing import Any

import pytest

from core.kit.database import sql
from core.testing import Desk, Person
from tests.tickets.making import (
    ASSIGN,
    DELETE,
    SUSPEND,
    TRANSFER,
    WATCH,
    done,
    make_group,
    open_ticket,
    statuses,
    updated,
)
from tests.views.asking import LIST, PAGE, counts, titles, view_ids


async def _watch(person: Person, ticket: dict[str, Any], kind: str) -> None:
    (await person.ask(WATCH, input={"ticketId": ticket["id"], "kind": kind})).payload("ticketWatch")


async def _listed(person: Person, *keys: str) -> dict[str, list[str]]:
    ids = await view_ids(person)
    return {key: sorted(await titles(person, ids[key])) for key in keys}


@pytest.fixture
async def groups(desk: Desk) -> tuple[str, str]:
    """One that the agent and the leader work in, and one of the admin's: two, so that nothing routes by itself."""
    mine = await make_group(desk, "Mine", desk.agent, desk.leader)
    return mine, await make_group(desk, "Other", desk.admin, desk.founder)


@pytest.mark.requirement("I1")
@pytest.mark.requirement("I3")
async def test_mine_are_split_by_how_far_they_have_come(desk: Desk, groups: tuple[str, str]) -> None:
    mine, _ = groups
    known = await statuses(desk)
    for key in ("new", "open", "pending", "solved", "closed"):
        ticket = await open_ticket(desk.customer, title=key)
        await done(desk.founder, ASSIGN, ticket, groupId=mine, assigneeId=desk.agent.id)
        await updated(desk.founder, ticket, statusId=known[key]) if key not in ("new", "open") else None
    fresh = await open_ticket(desk.customer, title="handed on")
    await done(desk.founder, ASSIGN, fresh, groupId=mine, assigneeId=desk.agent.id)
    await done(desk.agent, TRANSFER, fresh, assigneeId=desk.leader.id, note="yours")

    found = await _listed(desk.agent, "to_do", "in_progress", "done", "transferred", "closed", "untouched")

    assert found["to_do"] == ["new", "open", "pending"]
    assert sorted(found["untouched"] + found["in_progress"]) == found["to_do"]
    assert found["done"] == ["solved"]
    assert found["transferred"] == ["handed on"]
    assert found["closed"] == ["closed"]
    assert (await _listed(desk.leader, "to_do", "transferred")) == {"to_do": ["handed on"], "transferred": []}


@pytest.mark.requirement("F12")
@pytest.mark.requirement("H3")
@pytest.mark.requirement("H7")
async def test_closed_ones_leave_what_one_made_follows_and_is_copied_on(
    desk: Desk, groups: tuple[str, str]
) -> None:
    made = await open_ticket(desk.agent, title="made", requesterId=desk.customer.id)
    for kind in ("STAR", "FOLLOW", "CC"):
        await _watch(desk.agent, made, kind)
    lists = ("starred", "followed", "copied_in", "created_by_me", "assigned_to_me")

    assert await _listed(desk.agent, *lists) == {key: ["made"] for key in lists}

    await updated(desk.founder, made, statusId=(await statuses(desk))["closed"])
    assert await _listed(desk.agent, *lists, "closed") == {
        **{key: [] for key in lists}, "closed": ["made"],
    }  # fmt: skip


@pytest.mark.requirement("I8")
@pytest.mark.requirement("I9")
@pytest.mark.requirement("H8")
async def test_what_waits_in_my_groups_and_what_my_mates_have(desk: Desk, groups: tuple[str, str]) -> None:
    mine, other = groups
    for title, group, agent in (
        ("waiting", mine, None), ("mate's", mine, desk.leader), ("own", mine, desk.agent),
        ("elsewhere", other, None),
    ):  # fmt: skip
        ticket = await open_ticket(desk.customer, title=title)
        values = {} if agent is None else {"assigneeId": agent.id}
        await done(desk.founder, ASSIGN, ticket, groupId=group, **values)
    known = await statuses(desk)
    opened = await open_ticket(desk.customer, title="opened, nobody's")
    await done(desk.founder, ASSIGN, opened, groupId=mine)
    await updated(desk.founder, opened, statusId=known["open"])

    found = await _listed(desk.agent, "new_or_waiting", "group_mates", "unassigned", "everything")
    assert found["group_mates"] == ["mate's"]
    assert "elsewhere" not in found["everything"]
    assert found["unassigned"] == ["opened, nobody's", "waiting"]
    assert {"opened, nobody's", "waiting"} <= set(found["new_or_waiting"])
    await open_ticket(desk.founder, title="fresh", groupId=mine, requesterId=desk.customer.id)
    # What was only moved to a group is new there.
    assert (await _listed(desk.agent, "new_in_my_groups")) == {"new_in_my_groups": ["fresh", "waiting"]}
    assert (await _listed(desk.admin, "new_in_my_groups")) == {"new_in_my_groups": ["elsewhere"]}


@pytest.mark.requirement("I1")
async def test_the_unassigned_come_newest_first(desk: Desk, groups: tuple[str, str], way: str) -> None:
    for title in ("first", "second", "third"):
        await open_ticket(desk.customer, title=title)
    ids = await view_ids(desk.founder)

    assert await titles(desk.founder, ids["unassigned"]) == ["third", "second", "first"]
    upward = [{"field": "CREATED_AT", "direction": "ASC"}]
    assert await titles(desk.founder, ids["unassigned"], order=upward) == ["first", "second", "third"]


@pytest.mark.requirement("I9")
async def test_each_has_a_live_count_of_what_its_viewer_sees(
    desk: Desk, groups: tuple[str, str], way: str
) -> None:
    known = await statuses(desk)
    for key in ("pending", "solved", "closed"):
        await updated(desk.founder, await open_ticket(desk.customer, title=key), statusId=known[key])
    await done(desk.founder, DELETE, await open_ticket(desk.customer, title="gone"))
    await done(desk.founder, SUSPEND, await open_ticket(desk.customer, title="spam"), reason="SPAM")

    found = await counts(desk.founder)

    expected = {
        "pending": 1,
        "solved": 1,
        "closed": 1,
        "deleted": 1,
        "suspended": 1,
        "everything": 3,
        "to_do": 0,
    }
    assert {key: found[key] for key in expected} == expected
    assert (await counts(desk.customer)) == {
        "requested_by_me": 2, "copied_in": 0, "everything": 3, "solved": 1, "closed": 1,
    }  # fmt: skip
    assert (await counts(desk.agent))["deleted"] == 0
    for key, value in expected.items():
        view = (await desk.founder.ask(PAGE, id=(await view_ids(desk.founder))[key])).data["view"]
        assert (view["count"]["value"], view["tickets"]["totalCount"]["value"]) == (value, value)


async def test_counts_and_pages_of_all_views_take_a_few_statements(
    desk: Desk, groups: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_ticket(desk.customer)
    whole = """{ views(first: 100) { nodes { count { value }
      tickets(first: 1) { nodes { title } totalCount { value } } } } }"""
    texts: list[str] = []
    bind = sql.bind

    def counted(text: str, values: Mapping[str, object]) -> tuple[str, list[object]]:
        texts.append(text)
        return bind(text, values)

    monkeypatch.setattr(sql, "bind", counted)
    await desk.founder.ask(LIST)
    lists = [text for text in texts if " tickets " in text]
    texts.clear()
    nodes = (await desk.founder.ask(whole)).data["views"]["nodes"]

    assert len(lists) == 1
    assert (
        len([text for text in texts if " tickets " in text]) == 5
    )  # counts; pages by two orders, their totals
    assert len(nodes) > 20
    assert all(each["count"] == each["tickets"]["totalCount"] for each in nodes)


async def test_a_count_stops_where_it_is_told_to(desk: Desk, groups: tuple[str, str]) -> None:
    for _ in range(3):
        await open_ticket(desk.customer)
    ask = "query($id: ID!, $max: Int!) { view(id: $id) { count(max: $max) { value exact } } }"
    everything = (await view_ids(desk.founder))["everything"]

    assert (await desk.founder.ask(ask, id=everything, max=2)).data["view"]["count"] == {
        "value": 2, "exact": False,
    }  # fmt: skip
    assert (await desk.founder.ask(ask, id=everything, max=0)).codes == ["BAD_PAGE"]


async def test_pages_follow_each_other(desk: Desk, groups: tuple[str, str], way: str) -> None:
    for title in "abcde":
        await open_ticket(desk.customer, title=title)
    everything, after, found = (await view_ids(desk.founder))["everything"], None, list[str]()
    for _ in range(3):
        page = (await desk.founder.ask(PAGE, id=everything, first=2, after=after)).data["view"]["tickets"]
        found += [each["title"] for each in page["nodes"]]
        after = page["pageInfo"]["endCursor"]

    assert found == list("edcba")
    assert page["pageInfo"]["hasNextPage"] is False
    assert (await desk.founder.ask(PAGE, id=everything, after="AAAA")).codes == ["BAD_CURSOR"]


async def test_they_are_worded_in_the_callers_language(desk: Desk) -> None:
    answer = await desk.agent.ask(
        '{ views(first: 100) { nodes { key label en: label(locale: "en") zh: label(locale: "zh-Hans") } } }'
    )

    told = {each["key"]: (each["en"], each["zh"]) for each in answer.data["views"]["nodes"]}
    assert told["unassigned"] == ("Unassigned", "未分配")
    assert told["urgent"] == ("Urgent", "紧急工单")
