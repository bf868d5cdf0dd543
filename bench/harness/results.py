"""Results: a line of JSON each, kept for good; a table at the end of a run; how ratios moved from run to run."""

import json
import os
import platform
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.harness.comparing import Figure, Slice, ratio_of

KEPT = "results.jsonl"


@dataclass(frozen=True, slots=True)
class Result:
    """One row of the table: a ratio (above 1 is in our favour) or a figure by itself."""

    row: str
    measured: str
    """Of what: `server` (its processor time), `server and database`, `wall` (median time), or what a figure is."""
    value: Figure
    unit: str = ""
    against: str = ""
    target: float | None = None
    """What a ratio has to reach, or a figure may not exceed."""
    at_most: bool = False
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """None where nothing is asked."""
        if self.target is None:
            return None
        return self.value.middle <= self.target if self.at_most else self.value.middle >= self.target


def compared(
    row: str, taken: Mapping[str, list[Slice]], *, ours: str, against: str, measured: str = "server",
    target: float | None = None, connections: int = 1,
) -> Result:  # fmt: skip
    """The ratio of two routes' slices."""
    details: dict[str, Any] = {"connections": connections}
    for name in (ours, against):
        slices = taken[name]
        details[name] = {
            key: Figure.of([asdict(each)[key] for each in slices]).line() for key in Slice.__slots__
        }
    details["ratios"] = {
        kind: ratio_of(taken[ours], taken[against], kind).line()
        for kind in ("server", "server and database", "wall")
    }
    value = ratio_of(taken[ours], taken[against], measured)
    return Result(row, measured, value, against=against, target=target, details=details)


def measured_against(
    row: str, measured: str, ours: Sequence[float], theirs: Sequence[float], unit: str, *, against: str,
    more_is_better: bool = False, target: float | None = None, **details: Any,
) -> Result:  # fmt: skip
    """The ratio of what two ways took, or did where more is better, round by round."""
    pairs = list(zip(ours, theirs, strict=True))
    value = Figure.of([own / other if more_is_better else other / own for own, other in pairs])
    each = {"unit": unit, "ours": Figure.of(ours).line(), "theirs": Figure.of(theirs).line()}
    return Result(row, measured, value, against=against, target=target, details={**each, **details})


def figure(
    row: str, measured: str, values: list[float], unit: str, *, target: float | None = None, **details: Any
) -> Result:
    """A figure by itself."""
    return Result(row, measured, Figure.of(values), unit, target=target, at_most=True, details=details)


def _commit() -> str:
    found = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True)
    return found.stdout.strip() or "unknown"


class Book:
    """Where the lines of a run are kept."""

    def __init__(self, folder: Path, **conditions: Any) -> None:
        self._path = folder / KEPT
        self._conditions = {
            "run": datetime.now(UTC).isoformat(timespec="seconds"), "commit": _commit(),
            "python": platform.python_version(), **conditions,
        }  # fmt: skip
        self.results: list[Result] = []

    def keep(self, result: Result) -> None:
        """Write it down and show it."""
        self.results.append(result)
        line = {
            **self._conditions, "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "load": [round(each, 1) for each in os.getloadavg()], "row": result.row, "against": result.against,
            "measured": result.measured, "unit": result.unit, "value": result.value.line(), "target": result.target,
            "is_met": result.is_met, "details": dict(result.details),
        }  # fmt: skip
        with self._path.open("a") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
        print("  " + " | ".join(_cells(result)), flush=True)


HEAD = ("Row", "Against", "Measured", "Ratio or figure (least, most)", "Target", "Met")


def _cells(result: Result) -> tuple[str, ...]:
    value = result.value
    shown = f"{value.middle:.3g}{result.unit and ' ' + result.unit} ({value.least:.3g}, {value.most:.3g})"
    if "ours" in result.details and "theirs" in result.details:
        shown += " of {ours[0]:.3g} and {theirs[0]:.3g} {unit}".format(**result.details)
    target = ""
    if result.target is not None:
        target = f"{'≤' if result.at_most else '≥'} {result.target:g}"
    met = {None: "", True: "yes", False: "no"}[result.is_met]
    return result.row, result.against, result.measured, shown, target, met


def table(results: Iterable[Result]) -> str:
    """As Markdown."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(_cells(each) for each in results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def history(folder: Path, last: int = 8) -> str:
    """Each row's medians, oldest first."""
    path = folder / KEPT
    lines = [json.loads(each) for each in path.read_text().splitlines()] if path.exists() else []
    if not lines:
        return "Nothing is kept yet: run ./desk bench."
    rows: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for line in lines:
        rows.setdefault((line["row"], line["against"], line["measured"]), []).append(line)
    told = []
    for (row, against, measured), kept in rows.items():
        target = kept[-1]["target"]
        told.append(
            f"{row}{against and f' against {against}'} ({measured}{f', target {target:g}' if target else ''})"
        )
        told += [
            f"    {each['at'][:16]}  {each['commit']:<20} {each['value'][0]:>9.4g} {each['unit']}"
            f" ({each['value'][1]:.3g} to {each['value'][2]:.3g})" for each in kept[-last:]
        ]  # fmt: skip
    return "\n".join(told)
