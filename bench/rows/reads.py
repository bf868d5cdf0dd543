"""The page of 50 and look-ups, against hand-written routes and the naive one."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

from bench.harness.comparing import Route, alternate, check_same
from bench.harness.results import Result, compared
from bench.harness.stage import Stage, Variables
from core.kit.ids import to_global

FIELDS = """id number title state statusCategory source createdAt updatedAt version externalId dueAt
 requester { id name } assignee { id name } group { id name } tags { id name } lastMessage { id bodyText createdAt }"""
_END = "pageInfo { hasNextPage endCursor }"
PAGE = f"query Page {{ tickets(first: 50) {{ nodes {{ {FIELDS} }} {_END} }} }}"
AFTER = (
    f"query Page($after: String) {{ tickets(first: 50, after: $after) {{ nodes {{ {FIELDS} }} {_END} }} }}"
)
CUSTOM = f"""query Custom {{ tickets(first: 50) {{ nodes {{ {FIELDS} customFields {{ field {{ key label }}
 ... on CustomTextValue {{ text }} ... on CustomNumberValue {{ number }} ... on CustomBooleanValue {{ boolean }}
 ... on CustomChoiceValue {{ options {{ key label }} }} }} }} {_END} }} }}"""
HEAT = f"query Heat {{ tickets(first: 50) {{ nodes {{ {FIELDS} heat }} {_END} }} }}"
MOOD = f"query Mood {{ tickets(first: 50) {{ nodes {{ {FIELDS} mood }} {_END} }} }}"
COUNTED = f"""query Counted($max: Int!) {{ tickets(first: 50) {{ nodes {{ {FIELDS} }}
 totalCount(max: $max) {{ value exact }} {_END} }} }}"""
_BRIEF = """id number title state statusCategory source createdAt updatedAt version requester { id name }"""
NODE = f"query Node($id: ID!) {{ node(id: $id) {{ ... on Ticket {{ {_BRIEF} }} }} }}"
TICKET = f"query Ticket($number: String!) {{ ticket(number: $number) {{ {_BRIEF} }} }}"

CONNECTIONS = 8
"""Enough to keep one server busy, and few enough that two cores have room for PostgreSQL."""


def measure(stage: Stage) -> Iterator[Result]:
    yield from _page(stage)
    yield from _against(stage, "page of 50, custom fields", _pair(stage, "custom", CUSTOM), 0.85)
    yield from _against(
        stage, "page of 50, a plugin's batched field",
        _pair(stage, "heat", HEAT, ours="ours with a plugin"), 0.7,
    )  # fmt: skip
    yield from _against(
        stage, "page of 50, a plugin's resolver for each ticket",
        _pair(stage, "mood", MOOD, ours="ours with a plugin"), 0.25,
    )  # fmt: skip
    yield from _against(
        stage, "page of 50 and count, up to a variable", _pair(stage, "counted", COUNTED, {"max": 1000}), 0.85,
    )  # fmt: skip
    yield from _lookups(stage)


def _pair(
    stage: Stage, path: str, query: str, variables: dict[str, object] | None = None, *, ours: str = "ours"
) -> list[Route]:
    def given() -> dict[str, object]:
        return variables or {}

    return [
        stage.route(ours, query, given, name="ours"),
        stage.route("hand-written", query, given, path=path),
    ]


def _against(stage: Stage, row: str, routes: list[Route], target: float) -> Iterator[Result]:
    asyncio.run(check_same(*routes))
    taken = asyncio.run(alternate(routes, stage.pace, CONNECTIONS))
    yield compared(row, taken, ours="ours", against="hand-written", target=target, connections=CONNECTIONS)


def _page(stage: Stage) -> Iterator[Result]:
    routes = [*_pair(stage, "page", PAGE), stage.route("naive", PAGE)]
    asyncio.run(check_same(*routes))
    taken = asyncio.run(alternate(routes, stage.pace, CONNECTIONS))
    for against, target in (("hand-written", 0.85), ("naive", 15.0)):
        yield compared(
            "page of 50", taken, ours="ours", against=against, target=target, connections=CONNECTIONS
        )
    single = asyncio.run(alternate(routes[:2], stage.pace, 1))
    yield compared("page of 50, one connection", single, ours="ours", against="hand-written", measured="wall")


def _lookups(stage: Stage) -> Iterator[Result]:
    subject = stage.subject()
    first_id, first_number = to_global("tkt", subject.ticket_ids[0]), str(subject.numbers[0])
    same_id, same_number = {"id": first_id}, {"number": first_number}
    asyncio.run(check_same(*_pair(stage, "node", NODE, dict(same_id))))
    asyncio.run(check_same(*_pair(stage, "ticket", TICKET, dict(same_number))))
    for path, query, name, values in (
        ("node", NODE, "id", [to_global("tkt", key) for key in subject.ticket_ids]),
        ("ticket", TICKET, "number", [str(number) for number in subject.numbers]),
    ):
        routes = [
            stage.route(server, query, _each(name, values), path=path) for server in ("ours", "hand-written")
        ]
        taken = asyncio.run(alternate(routes, stage.pace, CONNECTIONS))
        yield compared(
            f"look-up of 10 fields by {name}", taken, ours="ours", against="hand-written", target=0.6,
            connections=CONNECTIONS,
        )  # fmt: skip


def _each(name: str, values: Sequence[str]) -> Callable[[], Variables]:
    """A variable that takes one value after another, and then begins again."""
    going = cycle(values)
    return lambda: {name: next(going)}
