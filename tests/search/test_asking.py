"""Pages of hits, and what is refused."""

from typing import Any

import pytest

from core.kit.graph.request import BadArgument
from core.kit.ids import new_id
from core.search.asking import read_query
from core.testing import Desk
from tests.search.finding import FILTER, index, refused, search
from tests.tickets.making import open_ticket

LONGEST = "x" * 200
MOST = " ".join(["x"] * 16)


@pytest.mark.parametrize(
    ("query", "message", "chinese"),
    [
        ("", "nothing to search for", "没有可搜索的内容"),
        (" \t\n", "nothing to search for", "没有可搜索的内容"),
        ("?!。，…", "nothing to search for", "没有可搜索的内容"),
        ("\x00", "nothing to search for", "没有可搜索的内容"),
        (LONGEST + "x", "at most 200 characters", "最多 200 个字符"),
        (MOST + " x", "at most 16 words", "最多 16 个词"),
    ],
)
async def test_what_cannot_be_searched_for_is_refused(
    desk: Desk, query: str, message: str, chinese: str
) -> None:
    answer = await refused(desk.agent, query)
    in_chinese = await desk.served.ask(
        FILTER, {"text": query}, token=desk.agent.token, accept_language="zh-CN"
    )

    assert answer.codes == ["BAD_SEARCH"]
    assert answer.body["errors"][0]["path"] == ["search"]
    assert message in answer.body["errors"][0]["message"]
    assert in_chinese.codes == ["BAD_SEARCH"]
    assert in_chinese.body["errors"][0]["path"] == ["tickets"]
    assert chinese in in_chinese.body["errors"][0]["message"]


@pytest.mark.parametrize(
    "query", [LONGEST, MOST, "退" * 200, "a.b" * 60, "1-" * 99, "o'neill", "a'b\\c:*&|!<->(d"]
)
async def test_what_looks_odd_is_searched_for(desk: Desk, query: str) -> None:
    answer = await refused(desk.agent, query)

    assert answer.data["search"]["nodes"] == []


async def test_pages_hold_every_hit_once(desk: Desk) -> None:
    for place in range(7):
        await open_ticket(desk.customer, title=f"orchid {'orchid ' * (place % 3)}{place}", body="orchid")
    await index(desk)
    whole = await search(desk.admin, "orchid", first=100)

    seen: list[Any] = []
    after: str | None = None
    while True:
        page = await search(desk.admin, "orchid", first=3, after=after)
        seen += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        after = page["pageInfo"]["endCursor"]

    assert len(seen) == 14
    assert seen == whole["nodes"]
    assert [len(each["ticket"]["title"]) for each in seen[:7]] == [22, 22, 15, 15, 8, 8, 8]


async def test_pages_go_backward(desk: Desk) -> None:
    for place in range(5):
        await open_ticket(desk.customer, title=f"orchid {place}", body="-")
    await index(desk)
    whole = (await search(desk.admin, "orchid", first=100))["nodes"]

    end = await search(desk.admin, "orchid", first=None, last=2)
    before = await search(desk.admin, "orchid", first=None, last=2, before=end["pageInfo"]["startCursor"])

    assert end["nodes"] == whole[3:]
    assert before["nodes"] == whole[1:3]
    assert before["pageInfo"]["hasPreviousPage"]


async def test_a_cursor_is_of_one_search(desk: Desk) -> None:
    await open_ticket(desk.customer, title="orchid rose")
    await index(desk)
    cursor = (await search(desk.admin, "orchid"))["edges"][0]["cursor"]

    assert (await search(desk.admin, "orchid", after=cursor))["nodes"] == []
    assert (await refused(desk.admin, "rose", after=cursor)).codes == ["BAD_CURSOR"]
    assert (await refused(desk.admin, "orchid", types=["TICKET"], after=cursor)).codes == ["BAD_CURSOR"]
    assert (await refused(desk.admin, "orchid", after="x")).codes == ["BAD_CURSOR"]
    assert (await refused(desk.admin, "orchid", first=101)).codes == ["BAD_PAGE"]


async def test_types_narrow_a_search(desk: Desk) -> None:
    await open_ticket(desk.customer, title="orchid", body="orchid")
    await index(desk)

    kinds = {
        name: [each["__typename"] for each in (await search(desk.admin, "orchid", types=types))["nodes"]]
        for name, types in {
            "none": [],
            "one": ["MESSAGE"],
            "two": ["MESSAGE", "TICKET"],
            "all": None,
        }.items()
    }

    assert kinds == {
        "none": [], "one": ["MessageHit"], "two": ["TicketHit", "MessageHit"], "all": ["TicketHit", "MessageHit"],
    }  # fmt: skip


async def test_a_search_costs_what_other_lists_cost(desk: Desk) -> None:
    """Per hit: itself, its snippet, and what each part of that is; of the types, the costliest."""
    query = '{ search(query: "x", first: 50) { nodes { __typename ... on TicketHit { ticket { id } } } } }'
    list_ = "{ tickets(first: 50) { nodes { requester { id } } } }"

    costs = [(await desk.agent.ask(each)).body["extensions"]["cost"]["requested"] for each in (query, list_)]

    assert costs[0] == costs[1]


def test_a_search_of_the_longest_text_is_read_quickly() -> None:
    with pytest.raises(BadArgument):
        read_query(" ".join("ab" for _ in range(60)), new_id())
    assert read_query("a-" * 99 + "a", new_id()).question().count(":*") == 13
