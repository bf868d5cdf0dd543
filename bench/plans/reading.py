"""What a plan did, from PostgreSQL's JSON: which indexes it went by, how much it read and sorted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_READ = 50_000
"""Rows that a list may read, or a count, of all tables together. A page of 50 with its relations needs a few hundred to a thousand, a
count up to its cap; where one ticket in twenty is the viewer's, twenty times as many are met on the way."""

MOST_SORTED = 5_000

Node = Mapping[str, Any]


@dataclass(slots=True)
class Reading:
    """Of one statement."""

    ms: float = 0.0
    rows: int = 0
    sorted: int = 0
    scans: list[str] = field(default_factory=list)
    """`index of table: rows`, those that read more than a hundred rows."""
    problems: list[str] = field(default_factory=list)

    def add(self, other: "Reading") -> None:
        self.ms += other.ms
        self.rows += other.rows
        self.sorted = max(self.sorted, other.sorted)
        self.scans += other.scans
        self.problems += other.problems


def _nodes(plan: Node) -> Iterator[Node]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _put_out(node: Node) -> int:
    return round(float(node.get("Actual Rows", 0)) * float(node.get("Actual Loops", 1)))


def _read(node: Node) -> int:
    removed = sum(
        float(node.get(f"Rows Removed by {why}", 0)) for why in ("Filter", "Index Recheck", "Join Filter")
    )
    return round((float(node.get("Actual Rows", 0)) + removed) * float(node.get("Actual Loops", 1)))


def _asked(plan: Node) -> list[Node]:
    """What a statement asks: several counts at once are several lists."""
    counts = [each for each in plan.get("Plans", ()) if each.get("Parent Relationship") == "InitPlan"]
    return counts if plan["Node Type"] == "Result" and len(counts) > 1 else [plan]


def read_plan(explained: Mapping[str, Any], big: frozenset[str]) -> Reading:
    """Judge one plan. `big` names the tables that no list may read whole."""
    found = Reading(ms=explained.get("Duration", 0.0))
    for plan in _asked(explained["Plan"]):
        found.add(_read_list(plan, big))
    return found


def _read_list(plan: Node, big: frozenset[str]) -> Reading:
    found = Reading()
    for node in _nodes(plan):
        kind, table = node["Node Type"], node.get("Relation Name")
        if "Scan" in kind and table is not None:
            count = _read(node)
            found.rows += count
            if count > 100:
                found.scans.append(f"{node.get('Index Name') or kind} of {table}: {count:,}")
            if kind == "Seq Scan" and table in big and node.get("Actual Loops", 1):
                found.problems.append(f"reads all of {table}")
        if "Sort" in kind:
            found.sorted = max(found.sorted, sum(map(_put_out, node.get("Plans", ()))))
    if found.sorted > MOST_SORTED:
        found.problems.append(f"sorts {found.sorted:,} rows")
    if found.rows > MOST_READ:
        found.problems.append(f"reads {found.rows:,} rows")
    return found
