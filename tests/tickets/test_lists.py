"""Lists of tickets: every filter and every order, compared with the same done in Python."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.testing import Desk
from tests.tickets.conftest import Shelf

LIST = """query(
  $first: Int, $after: String, $last: Int, $before: String, $filter: TicketFilter, $orderBy: [TicketOrder!]
) {
  tickets(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    nodes { id } edges { cursor } totalCount(max: 10000) { value exact }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
INPUT = '{ __type(name: "TicketFilter") { inputFields { name type { name } } } }'
ANY_STATE = {"state": {"in": ["ACTIVE", "SUSPENDED", "DELETED"]}}
OTHERS = {"number", "and", "or", "not", "tags", "watchers", "watchedByMe", "watchedByMeAs"}
"""Fields of the filter that have tests of their own."""

Predicate = Callable[[dict[str, Any]], bool]
QUICK = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


async def found(shelf: Shelf, condition: dict[str, Any]) -> set[str]:
    answer = await shelf.desk.founder.ask(LIST, first=100, filter={"and": [ANY_STATE, condition]})
    nodes = answer.data["tickets"]["nodes"]
    assert answer.data["tickets"]["totalCount"] == {"value": len(nodes), "exact": True}
    return {each["id"] for each in nodes}


def plain(ticket: dict[str, Any], field: str) -> Any:
    value = ticket[field]
    return value["id"] if isinstance(value, dict) else value


def holds_part(part: str, value: str) -> bool:
    return part in value.lower()


def cases(tickets: list[dict[str, Any]], field: str, kind: str) -> list[tuple[dict[str, Any], Predicate]]:
    """Operators with values from the data, and what each means."""
    values = sorted({plain(each, field) for each in tickets} - {None})
    some = values[: max(1, len(values) // 2)]

    def told(test: Callable[[Any], bool], *, null: bool = False) -> Predicate:
        return lambda each: null if plain(each, field) is None else test(plain(each, field))

    found: list[tuple[dict[str, Any], Predicate]] = [
        ({"isNull": True}, told(lambda _: False, null=True)),
        ({"isNull": False}, told(lambda _: True)),
    ]
    if kind == "DateTimeFilter":
        middle = values[len(values) // 2] if values else "2026-01-01T00:00:00Z"
        return [
            *found,
            ({"gte": middle}, told(lambda value: value >= middle)),
            ({"lt": middle}, told(lambda value: value < middle)),
        ]
    if kind not in ("IDFilter", "StringFilter"):
        found = []
    one = values[len(values) // 2] if values else "opt_" + "0" * 32
    found += [({"in": some}, told(lambda value: value in some)), ({"in": []}, lambda _: False)]
    if kind == "StringFilter":
        return [
            *found,
            ({"eq": one.upper()}, told(lambda value: value.lower() == one.lower())),
            ({"startsWith": one[:3].upper()}, told(lambda value: value.lower().startswith(one[:3].lower()))),
            *(
                ({"contains": part}, told(partial(holds_part, part)))
                for part in ("%", "_", "\\", "机", "ü", "r")
            ),
        ]
    return [
        *found,
        ({"eq": one}, told(lambda value: value == one)),
        ({"notIn": some}, told(lambda value: value not in some, null=True)),
        ({"notIn": []}, lambda _: True),
    ]


async def filter_fields(shelf: Shelf) -> dict[str, str]:
    fields = (await shelf.desk.founder.ask(INPUT)).data["__type"]["inputFields"]
    return {each["name"]: each["type"]["name"] for each in fields if each["name"] not in OTHERS}


async def test_every_operator_of_every_filter_means_what_it_says(shelf: Shelf) -> None:
    fields = await filter_fields(shelf)
    known = {name: kind for name, kind in fields.items() if name in shelf.tickets[0]}
    assert len(known) >= 25

    for field, kind in known.items():
        for operators, holds in cases(shelf.tickets, field, kind):
            expected = {each["id"] for each in shelf.tickets if holds(each)}
            assert await found(shelf, {field: operators}) == expected, (field, operators)


async def test_tags(shelf: Shelf) -> None:
    tags = sorted({tag["id"] for each in shelf.tickets for tag in each["tags"]})
    first, second, _ = tags
    unknown = "tag_" + "0" * 32

    def having(test: Callable[[set[str]], bool]) -> set[str]:
        return {each["id"] for each in shelf.tickets if test({tag["id"] for tag in each["tags"]})}

    for condition, expected in (
        ({"any": [first, second]}, having(lambda held: bool(held & {first, second}))),
        ({"all": [first, second, first]}, having(lambda held: held >= {first, second})),
        ({"none": [first, second]}, having(lambda held: not held & {first, second})),
        ({"any": [first], "none": [second]}, having(lambda held: first in held and second not in held)),
        ({"any": []}, set()),
        ({"all": []}, having(lambda _: True)),
        ({"none": []}, having(lambda _: True)),
        ({"any": [unknown, "nonsense"]}, set()),
        ({"all": [first, "nonsense"]}, set()),
        ({"none": [unknown, "nonsense"]}, having(lambda _: True)),
    ):
        assert await found(shelf, {"tags": condition}) == expected, condition


@pytest.mark.requirement("H3")
async def test_what_the_viewer_watches(shelf: Shelf) -> None:
    everything = {each["id"] for each in shelf.tickets}

    assert await found(shelf, {"watchedByMe": True}) == shelf.watched
    assert await found(shelf, {"watchedByMe": False}) == everything - shelf.watched
    starred, followed = (
        await found(shelf, {"watchedByMeAs": ["STAR"]}),
        await found(shelf, {"watchedByMeAs": ["FOLLOW"]}),
    )
    assert starred | followed == shelf.watched
    assert starred
    assert followed
    assert not starred & followed
    assert await found(shelf, {"watchedByMeAs": []}) == set()
    others = await shelf.desk.admin.ask(LIST, first=100, filter={"watchedByMe": True})
    assert others.data["tickets"]["nodes"] == []


async def test_only_what_is_worked_on_unless_the_filter_speaks_of_the_state(shelf: Shelf) -> None:
    active = {each["id"] for each in shelf.tickets if each["state"] == "ACTIVE"}

    for condition in (
        None,
        {},
        {"not": {"title": {"eq": "x"}}},
        {"or": [{"watchedByMe": True}, {"watchedByMe": False}]},
    ):
        answer = await shelf.desk.founder.ask(LIST, first=100, filter=condition)
        assert {each["id"] for each in answer.data["tickets"]["nodes"]} == active


LEAVES: list[tuple[dict[str, Any], Predicate]] = [
    ({"assignee": {"isNull": True}}, lambda each: each["assignee"] is None),
    ({"statusCategory": {"in": ["NEW", "OPEN"]}}, lambda each: each["statusCategory"] in ("NEW", "OPEN")),
    ({"title": {"contains": "PRINTER"}}, lambda each: "printer" in each["title"].lower()),
    (
        {"dueAt": {"lt": "2026-03-01T06:00:00Z"}},
        lambda each: each["dueAt"] is not None and each["dueAt"] < "2026-03-01T06:00:00Z",
    ),
    ({"source": {"notIn": ["EMAIL"]}}, lambda each: each["source"] != "EMAIL"),
    ({"group": {"in": []}}, lambda each: False),
]


def combined(children: Any) -> Any:
    several = st.lists(children, max_size=3)
    return st.one_of(
        several.map(
            lambda parts: (
                {"and": [part[0] for part in parts]},
                lambda each: all(part[1](each) for part in parts),
            )
        ),
        several.map(
            lambda parts: (
                {"or": [part[0] for part in parts]},
                lambda each: any(part[1](each) for part in parts),
            )
        ),
        children.map(lambda part: ({"not": part[0]}, lambda each: not part[1](each))),
    )


def depth(condition: dict[str, Any]) -> int:
    nested = [
        *condition.get("and", ()),
        *condition.get("or", ()),
        *([condition["not"]] if "not" in condition else []),
    ]
    return 1 + max((depth(each) for each in nested), default=0)


@QUICK
@given(
    tree=st.recursive(st.sampled_from(LEAVES), combined, max_leaves=6).filter(
        lambda tree: depth(tree[0]) <= 4
    )
)
async def test_and_or_not_are_plain_logic(shelf: Shelf, tree: tuple[dict[str, Any], Predicate]) -> None:
    condition, holds = tree

    assert await found(shelf, condition) == {each["id"] for each in shelf.tickets if holds(each)}


KEYS: dict[str, Callable[[Shelf, dict[str, Any]], Any]] = {
    "CREATED_AT": lambda _, each: each["createdAt"],
    "UPDATED_AT": lambda _, each: each["updatedAt"],
    "PRIORITY": lambda shelf, each: shelf.ranks[each["id"]],
    "NUMBER": lambda _, each: int(each["number"]),
}


async def test_every_order_there_is_has_a_meaning_here(shelf: Shelf) -> None:
    answer = await shelf.desk.founder.ask('{ __type(name: "TicketOrderField") { enumValues { name } } }')

    assert {each["name"] for each in answer.data["__type"]["enumValues"]} == set(KEYS)


@QUICK
@given(
    fields=st.lists(st.sampled_from(sorted(KEYS)), min_size=1, max_size=2),
    descending=st.booleans(),
    backward=st.booleans(),
    sizes=st.lists(st.integers(1, 25), min_size=1, max_size=6),
)
async def test_pages_have_neither_gaps_nor_doubles(
    shelf: Shelf, fields: list[str], descending: bool, backward: bool, sizes: list[int]
) -> None:
    order = [{"field": each, "direction": "DESC" if descending else "ASC"} for each in fields]
    expected = sorted(
        shelf.tickets,
        key=lambda each: (*(KEYS[name](shelf, each) for name in fields), each["id"]),
        reverse=descending,
    )
    size, cursor = ("last", "before") if backward else ("first", "after")

    gathered: list[str] = []
    position, more, pages = None, True, 0
    while more:
        values = {size: sizes[pages % len(sizes)], cursor: position}
        page = (await shelf.desk.founder.ask(LIST, filter=ANY_STATE, orderBy=order, **values)).data["tickets"]
        ids = [each["id"] for each in page["nodes"]]
        gathered = ids + gathered if backward else gathered + ids
        info = page["pageInfo"]
        assert info["startCursor"] == page["edges"][0]["cursor"]
        assert info["endCursor"] == page["edges"][-1]["cursor"]
        assert info["hasNextPage" if backward else "hasPreviousPage"] is (pages > 0)
        position = info["startCursor" if backward else "endCursor"]
        more = info["hasPreviousPage" if backward else "hasNextPage"]
        pages += 1

    assert gathered == [each["id"] for each in expected]


@pytest.mark.requirement("I1")
async def test_the_last_changed_come_first_unless_told(shelf: Shelf) -> None:
    answer = await shelf.desk.founder.ask(LIST, first=100, filter=ANY_STATE)

    expected = sorted(shelf.tickets, key=lambda each: (each["updatedAt"], each["id"]), reverse=True)
    assert [each["id"] for each in answer.data["tickets"]["nodes"]] == [each["id"] for each in expected]


MANY_CONDITIONS = {"eq": "a", "in": ["a"], "contains": "a", "startsWith": "a", "isNull": False}


def nested(levels: int) -> dict[str, Any]:
    return {"title": {"eq": "x"}} if levels == 1 else {"not": nested(levels - 1)}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"first": 101}, "BAD_PAGE"),
        ({"first": -1}, "BAD_PAGE"),
        ({"last": 101}, "BAD_PAGE"),
        ({"first": 1, "last": 1}, "BAD_PAGE"),
        ({"first": 1, "before": "x"}, "BAD_PAGE"),
        ({"after": "nonsense"}, "BAD_CURSOR"),
        ({"after": ""}, "BAD_CURSOR"),
        ({"after": "WyJVUERBVEVEX0FULSJd"}, "BAD_CURSOR"),
        ({"after": "bnVsbA"}, "BAD_CURSOR"),
        ({"after": "中文"}, "BAD_CURSOR"),
        ({"filter": {"title": {"eq": None}}}, "BAD_FILTER"),
        ({"filter": {"title": None}}, "BAD_FILTER"),
        ({"filter": {"tags": {"any": None}}}, "BAD_FILTER"),
        ({"filter": {"watchedByMe": None}}, "BAD_FILTER"),
        ({"filter": {"and": None}}, "BAD_FILTER"),
        ({"filter": {"title": {"contains": "a\x00"}}}, "BAD_FILTER"),
        ({"filter": {"title": {"in": ["x"] * 201}}}, "BAD_FILTER"),
        ({"filter": {"tags": {"none": ["tag_1"] * 201}}}, "BAD_FILTER"),
        ({"filter": nested(6)}, "BAD_FILTER"),
        ({"filter": {"or": [{"and": [{"title": {"isNull": True}}] * 20}] * 10}}, "BAD_FILTER"),
        (
            {"filter": {"or": [{"title": MANY_CONDITIONS, "externalId": MANY_CONDITIONS}] * 200}},
            "BAD_FILTER",
        ),
        (
            {
                "orderBy": [
                    {"field": "NUMBER", "direction": "ASC"},
                    {"field": "PRIORITY", "direction": "DESC"},
                ]
            },
            "BAD_ORDER",
        ),
        ({"orderBy": [{"field": "NUMBER", "direction": "ASC"}] * 3}, "BAD_ORDER"),
    ],
)
async def test_arguments_that_cannot_be_used(desk: Desk, values: dict[str, Any], code: str) -> None:
    answer = await desk.admin.ask(LIST, **values)

    assert answer.codes == [code]
    assert answer.body["data"] == {"tickets": None}


async def test_a_cursor_is_of_one_order_only(shelf: Shelf) -> None:
    by_number = [{"field": "NUMBER", "direction": "ASC"}]
    page = (await shelf.desk.founder.ask(LIST, first=3, orderBy=by_number)).data["tickets"]
    cursor = page["pageInfo"]["endCursor"]

    for order in (
        [{"field": "NUMBER", "direction": "DESC"}],
        [{"field": "PRIORITY", "direction": "ASC"}],
        by_number * 2,
        None,
    ):
        answer = await shelf.desk.founder.ask(LIST, first=3, after=cursor, orderBy=order)
        assert answer.codes == ["BAD_CURSOR"]


async def test_a_page_of_none_tells_whether_there_are_any(shelf: Shelf) -> None:
    page = (await shelf.desk.founder.ask(LIST, first=0)).data["tickets"]

    assert (page["nodes"], page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]) == ([], True, None)


async def test_an_order_of_two_directions_is_refused_with_the_way_out(desk: Desk) -> None:
    mixed = [{"field": "PRIORITY", "direction": "DESC"}, {"field": "CREATED_AT", "direction": "ASC"}]

    answer = await desk.admin.ask(LIST, orderBy=mixed)

    [error] = answer.body["errors"]
    assert error["message"].endswith("for another mix, list each value of the first by itself.")


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        ("filter: {title: null}", "BAD_FILTER"),
        ("orderBy: [{field: NUMBER, direction: ASC}, {field: CREATED_AT, direction: DESC}]", "BAD_ORDER"),
        ("first: 101", "BAD_PAGE"),
        ("last: 101", "BAD_PAGE"),
        ('after: "x"', "BAD_CURSOR"),
    ],
)
async def test_a_refusal_stands_where_the_argument_at_fault_does(
    shelf: Shelf, argument: str, code: str
) -> None:
    query = f"{{\n  mine: tickets(\n    {argument}\n  ) {{ nodes {{ id }} }}\n}}"
    answer = await shelf.desk.founder.ask(query)

    (error,) = answer.body["errors"]
    assert (error["extensions"]["code"], error["path"]) == (code, ["mine"])
    assert error["locations"] == [{"line": 3, "column": 5}]


async def test_counting_stops_where_it_is_told(shelf: Shelf) -> None:
    answer = await shelf.desk.founder.ask(
        "{ tickets { a: totalCount(max: 5) { value exact } b: totalCount(max: 1) { value exact } } }"
    )

    assert answer.data["tickets"] == {"a": {"value": 5, "exact": False}, "b": {"value": 1, "exact": False}}


@pytest.mark.parametrize("cap", [-1, 0, 10_001])
@pytest.mark.parametrize(
    ("query", "path"),
    [
        (
            "query ($max: Int! = {cap}) {{ tickets {{ nodes {{ id }} totalCount(max: $max) {{ value }} }} }}",
            [],
        ),
        ("{{ tickets {{ nodes {{ id }} totalCount(max: {cap}) {{ value }} }} }}", []),
        (
            "{{ tickets {{ nodes {{ messages {{ totalCount(max: {cap}) {{ value }} }} }} }} }}",
            ["nodes", 0, "messages"],
        ),
    ],
)
async def test_no_cap_is_changed_in_silence(shelf: Shelf, cap: int, query: str, path: list[object]) -> None:
    answer = await shelf.desk.founder.ask(query.format(cap=cap))

    error = answer.body["errors"][0]
    assert (error["message"], error["extensions"]["code"]) == (
        "`max` must be between 1 and 10000.",
        "BAD_PAGE",
    )
    assert error["path"] == ["tickets", *path, "totalCount"]
    assert error["locations"]
