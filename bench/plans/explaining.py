"""Asks each view as each viewer, often enough that PostgreSQL may keep one plan for all values, judges the first and the
last plan, and holds the time against that of the same list in a small tenant."""

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from bench.data import Subject
from bench.harness.stage import Stage
from bench.plans.asking import Asker, asking
from bench.plans.known import KNOWN
from bench.plans.reading import Reading, read_plan
from bench.plans.search import search_views
from bench.plans.views import View, all_views, kept_views
from bench.rows.size import SMALL
from core.kit.context import acting_for
from core.kit.database import fetch, fetch_value
from core.kit.ids import to_global
from settings import Settings

TIMES = 7
"""After the fifth execution PostgreSQL may keep a plan that knows no values."""

NOTICED_MS = 20
"""How much longer than in a small tenant a list may take before it is told."""
_BIG = 20_000


def explain(stage: Stage) -> bool:
    """Print what was found, keep it, and say whether an index serves every list but the known ones."""
    subject, small = stage.subject(stage.asked.large), stage.subject(SMALL)
    os.environ.update(stage.environment)
    beside = asyncio.run(_times(stage, small))
    lines = asyncio.run(_explain(stage, subject, beside))
    with (stage.folder / "plans.jsonl").open("a") as out:
        out.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in lines)
    bad = [each for each in lines if each["problems"]]
    unknown = [each for each in bad if not each["known"]]
    print(
        f"\n{len(lines)} lists at {subject.tickets:,} tickets, {len(bad)} not served by an index,"
        f" {len(bad) - len(unknown)} of them known:"
    )
    for each in bad:
        why = f" (known: {each['known']})" if each["known"] else ""
        print(f"  {each['view']}, {each['viewer']}: {'; '.join(each['problems'])}{why}")
    _tell_ratios(lines, small)
    return not unknown


def _tell_ratios(lines: Sequence[Mapping[str, Any]], small: Subject) -> None:
    ratios = [each["ratio"] for each in lines if each["ratio"] is not None]
    slower = sorted(
        (each for each in lines if each["slower_ms"] > NOTICED_MS), key=lambda each: each["ratio"]
    )
    print(
        f"\nBeside {small.tickets:,} tickets, by PostgreSQL's time: median {median(ratios):.2f};"
        f" {len(slower)} of {len(ratios)} lists take over {NOTICED_MS} ms longer:"
    )
    for each in slower:
        print(
            f"  {each['view']}, {each['viewer']}: {each['ratio']:.2f}, {median(each['ms']):.1f} ms"
            f" in place of {median(each['ms']) - each['slower_ms']:.1f}"
        )


async def _times(stage: Stage, subject: Subject) -> dict[tuple[str, str], float]:
    """PostgreSQL's time for each list by each viewer, the median."""
    found = {}
    async with asking(stage.url, subject, Settings(), _log_of(stage.folder)) as asker:
        for who in asker.viewers:
            for view in await _views(asker, who):
                taken = [sum(each["Duration"] for each in await asker.ask(view, who)) for _ in range(TIMES)]
                found[view.name, who] = median(taken)
    return found


async def _explain(
    stage: Stage, subject: Subject, beside: Mapping[tuple[str, str], float]
) -> list[dict[str, Any]]:
    found = []
    async with asking(stage.url, subject, Settings(), _log_of(stage.folder)) as asker:
        big = await _big_tables(subject)
        for who in asker.viewers:
            for view in await _views(asker, who):
                found.append(await _judged(asker, view, who, big, beside.get((view.name, who))))
    return found


def _log_of(folder: Path) -> Path:
    return (folder / "postgres" / "server.log").resolve()


async def _big_tables(subject: Subject) -> frozenset[str]:
    with acting_for(subject.tenant_id):
        rows = await fetch(
            "select relname from pg_class where relkind = 'r' and reltuples > :most", {"most": _BIG}
        )
    return frozenset(row["relname"] for row in rows)


async def _views(asker: Asker, who: str) -> list[View]:
    tenant, viewer = {"tenant": asker.subject.tenant_id}, asker.viewers[who]

    async def one(prefix: str, text: str) -> str:
        return to_global(prefix, await fetch_value(f"{text} limit 1", tenant))

    with acting_for(asker.subject.tenant_id):
        ids = {
            "tag": await one("tag", "select id from tags where tenant_id = :tenant order by name"),
            "priority": await one(
                "opt", "select id from options where tenant_id = :tenant and list = 'PRIORITY'"
            ),
            "customer": to_global("usr", asker.subject.customer_id),
            "organization": await one("org", "select id from organizations where tenant_id = :tenant"),
            "ticket": to_global("tkt", asker.subject.ticket_ids[0]),
        }
    groups = [to_global("grp", key) for key in viewer.group_ids] or [await _some_group(asker, tenant)]
    views = all_views(ids, to_global("usr", viewer.user_id), groups, asker.subject.deep_cursor)
    kept = kept_views(await _view_ids(asker, tenant))
    return [view for view in [*views, *kept, *search_views()] if who in view.viewers]


async def _view_ids(asker: Asker, tenant: dict[str, Any]) -> dict[str, str]:
    with acting_for(asker.subject.tenant_id):
        rows = await fetch(
            "select id, key from views where tenant_id = :tenant and key is not null order by position",
            tenant,
        )
    return {row["key"]: to_global("viw", row["id"]) for row in rows}


async def _some_group(asker: Asker, tenant: dict[str, Any]) -> str:
    with acting_for(asker.subject.tenant_id):
        return to_global(
            "grp", await fetch_value("select id from groups where tenant_id = :tenant limit 1", tenant)
        )


async def _judged(
    asker: Asker, view: View, who: str, big: frozenset[str], beside: float | None
) -> dict[str, Any]:
    readings: list[Reading] = []
    for _ in range(TIMES):
        reading = Reading()
        for each in await asker.ask(view, who):
            reading.add(read_plan(each, big))
        readings.append(reading)
    first, last = readings[0], readings[-1]
    problems = list(
        dict.fromkeys(
            first.problems + [f"kept plan {each}" for each in last.problems if each not in first.problems]
        )
    )
    taken = median(each.ms for each in readings)
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "tickets": asker.subject.tickets, "view": view.name,
        "viewer": who, "ms": [round(each.ms, 2) for each in readings], "rows": [first.rows, last.rows],
        "sorted": [first.sorted, last.sorted], "scans": [first.scans, last.scans], "problems": problems,
        "known": KNOWN.get((view.name, who)), "ratio": round(beside / taken, 2) if beside and taken else None,
        "slower_ms": round(taken - beside, 2) if beside is not None else 0,
    }  # fmt: skip
    mark = ("known " if line["known"] else "no ") if problems else "ok "
    print(
        f"{mark:<6}{view.name:<36} {who:<9}{last.ms:>9.2f} ms {last.rows:>9,} rows"
        f"  {', '.join(last.scans)}{'  !! ' + '; '.join(problems) if problems else ''}",
        flush=True,
    )
    return line
