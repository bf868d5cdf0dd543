"""Asks each view as each viewer, often enough that PostgreSQL may keep one plan for all values, and judges the first
and the last plan."""

import asyncio
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.data import Subject
from bench.harness.stage import Stage
from bench.plans.asking import Asker, asking
from bench.plans.known import KNOWN
from bench.plans.reading import Reading, read_plan
from bench.plans.search import search_views
from bench.plans.views import View, all_views
from core.kit.context import acting_for
from core.kit.database import fetch, fetch_value
from core.kit.ids import to_global
from settings import Settings

TIMES = 7
"""After the fifth execution PostgreSQL may keep a plan that knows no values."""

_BIG = 20_000


def explain(stage: Stage) -> bool:
    """Print what was found, keep it, and say whether an index serves every list but the known ones."""
    subject = stage.subject(stage.asked.large)
    os.environ.update(stage.environment)
    lines = asyncio.run(_explain(stage, subject))
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
    return not unknown


async def _explain(stage: Stage, subject: Subject) -> list[dict[str, Any]]:
    found = []
    async with asking(stage.url, subject, Settings(), _log_of(stage.folder)) as asker:
        big = await _big_tables(subject)
        for who in asker.viewers:
            for view in await _views(asker, who):
                found.append(await _judged(asker, view, who, big))
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
    return [view for view in [*views, *search_views()] if who in view.viewers]


async def _some_group(asker: Asker, tenant: dict[str, Any]) -> str:
    with acting_for(asker.subject.tenant_id):
        return to_global(
            "grp", await fetch_value("select id from groups where tenant_id = :tenant limit 1", tenant)
        )


async def _judged(asker: Asker, view: View, who: str, big: frozenset[str]) -> dict[str, Any]:
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
    line = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"), "tickets": asker.subject.tickets, "view": view.name,
        "viewer": who, "ms": [round(each.ms, 2) for each in readings], "rows": [first.rows, last.rows],
        "sorted": [first.sorted, last.sorted], "scans": [first.scans, last.scans], "problems": problems,
        "known": KNOWN.get((view.name, who)),
    }  # fmt: skip
    mark = ("known " if line["known"] else "no ") if problems else "ok "
    print(
        f"{mark:<6}{view.name:<36} {who:<9}{last.ms:>9.2f} ms {last.rows:>9,} rows"
        f"  {', '.join(last.scans)}{'  !! ' + '; '.join(problems) if problems else ''}",
        flush=True,
    )
    return line
