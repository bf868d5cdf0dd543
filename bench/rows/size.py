"""Whether size costs: page 10,000 against page 1, and the main lists of a large tenant against those of a small one. The
same API on both sides, so server and database count together."""

import asyncio
from collections.abc import Iterator

from bench.harness.comparing import alternate
from bench.harness.results import Result, compared
from bench.harness.stage import Stage
from bench.rows.reads import AFTER, CONNECTIONS, FIELDS

SMALL = 10_000
LISTS = {
    "newest": "",
    "open": "(filter: {statusCategory: {eq: OPEN}})",
    "by number": "(orderBy: [{field: NUMBER, direction: DESC}])",
    "by priority": "(orderBy: [{field: PRIORITY, direction: DESC}])",
}


def measure(stage: Stage) -> Iterator[Result]:
    large, small = stage.subject(stage.asked.large), stage.subject(SMALL)
    first = stage.route("ours", AFTER, dict, subject=large, name="page 1")
    deep = stage.route("ours", AFTER, lambda: {"after": large.deep_cursor}, subject=large, name="deep")
    taken = asyncio.run(alternate([deep, first], stage.pace, CONNECTIONS))
    yield compared(
        f"page {large.deep_page:,} of {large.tickets:,} tickets", taken, ours="deep", against="page 1",
        measured="server and database", target=0.8, connections=CONNECTIONS,
    )  # fmt: skip
    for name, arguments in LISTS.items():
        document = f"query List {{ tickets{_first(arguments)} {{ nodes {{ {FIELDS} }} }} }}"
        routes = [
            stage.route("ours", document, subject=subject, name=f"{subject.tickets:,} tickets")
            for subject in (large, small)
        ]
        taken = asyncio.run(alternate(routes, stage.pace, CONNECTIONS))
        yield compared(
            f"page of 50 of {large.tickets:,} tickets, {name}", taken, ours=routes[0].name, against=routes[1].name,
            measured="server and database", target=0.8, connections=CONNECTIONS,
        )  # fmt: skip


def _first(arguments: str) -> str:
    return f"(first: 50, {arguments[1:]}" if arguments else "(first: 50)"
