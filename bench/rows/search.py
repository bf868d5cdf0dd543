"""What searches of two Chinese characters take in the large tenant, with the plans that served them."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from functools import partial

from bench.data import Subject
from bench.harness.comparing import Figure
from bench.harness.load import press
from bench.harness.results import Result
from bench.harness.stage import Stage
from bench.plans.asking import asking
from bench.plans.reading import read_plan
from bench.plans.search import search_views
from bench.plans.views import View
from settings import Settings

_WHO = "admin"
_ROWS = {
    "search of two Chinese characters in every title": "search, a word in every title",
    "search of two Chinese characters in every message": "search, a word in every message",
    "search of two Chinese characters that are nowhere": "search, what is nowhere",
    "tickets about two Chinese characters in every title": "tickets about a word in every title",
}
"""By the names of what `explain` asks."""


def measure(stage: Stage) -> Iterator[Result]:
    subject = stage.subject(stage.asked.large)
    views = {each.name: each for each in search_views()}
    plans = asyncio.run(_plans(stage, subject, [views[name] for name in _ROWS.values()]))
    for row, name in _ROWS.items():
        view = views[name]
        route = stage.route("ours", view.query, partial(dict, view.variables), subject=subject)
        asyncio.run(press(route.server.port, route.make, connections=1, seconds=stage.asked.seconds))
        seconds = stage.asked.seconds * stage.asked.rounds
        pressed = asyncio.run(press(route.server.port, route.make, connections=1, seconds=seconds))
        took = [each * 1000 for each in pressed.took]
        for line in plans[name]:
            print(f"    {line}", flush=True)
        yield Result(
            f"{row}, {subject.tickets:,} tickets", "wall, p95",
            Figure(took[int(len(took) * 0.95)], took[0], took[-1]), "ms",
            details={"requests": len(took), "p50": round(took[len(took) // 2], 1), "plan": plans[name]},
        )  # fmt: skip


async def _plans(stage: Stage, subject: Subject, views: Sequence[View]) -> dict[str, list[str]]:
    """What each view's statements read more than a hundred rows by, the second time that it is asked."""
    found = {}
    os.environ.update(stage.environment)
    log = (stage.folder / "postgres" / "server.log").resolve()
    async with asking(stage.url, subject, Settings(), log) as asker:
        for view in views:
            await asker.ask(view, _WHO)
            readings = [read_plan(each, frozenset()) for each in await asker.ask(view, _WHO)]
            found[view.name] = [
                f"{each.ms:.1f} ms: {', '.join(each.scans)}" for each in readings if each.scans
            ]
    return found
