"""`./desk requirements`: each row of docs/requirements.md with the tests that prove it."""

import contextlib
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import click
import pytest

from docs._build.pages import ROOT

PAGE = "docs/requirements.md"
_ROW = re.compile(r"^\| ([A-Z]{1,2}\d+) \| (.+?) \|", re.MULTILINE)


@dataclass(slots=True)
class Collected:
    """What pytest finds of marked tests, by the id of the row: a plugin of a run that only collects."""

    tests: dict[str, list[str]] = field(default_factory=dict)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note what there is."""
        self.tests = tests_by_row(items)
        items.clear()  # nothing is to be run, and what is wrong with markers is told by the report


def tests_by_row(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    """The marked tests by row, each once whatever its parameters."""
    found: dict[str, list[str]] = defaultdict(list)
    for item in items:
        name = item.nodeid.partition("[")[0]
        for row in (row for marker in item.iter_markers("requirement") for row in marker.args):
            if name not in found[row]:
                found[row].append(name)
    return dict(found)


def rows_of(page: str) -> dict[str, str]:
    """What each row asks, by its id and in the page's order. Raises ValueError for an id that is there twice."""
    found: dict[str, str] = {}
    for row, asks in _ROW.findall(page):
        if row in found:
            raise ValueError(f"{row} is there twice")
        found[row] = asks
    return found


def collected(paths: Sequence[str]) -> dict[str, list[str]]:
    """The marked tests below these paths by row. Raises ClickException when they cannot be collected."""
    found, said = Collected(), io.StringIO()
    with contextlib.redirect_stdout(said):
        code = pytest.main(["--collect-only", "-q", "-p", "no:cacheprovider", *paths], plugins=[found])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise click.ClickException(f"the tests cannot be collected:\n{said.getvalue()}")
    return found.tests


def report(rows: Mapping[str, str], tests: Mapping[str, Sequence[str]]) -> str:
    """Each row with its tests or with none, and how many have some."""
    lines: list[str] = []
    for row, asks in rows.items():
        lines += [f"{row:<5} {asks}", *(f"        {name}" for name in tests.get(row, ["none"]))]
    shown = sum(1 for row in rows if tests.get(row))
    return "\n".join([*lines, "", f"{shown} of {len(rows)} rows have a test, {len(rows) - shown} have none."])


def strangers(rows: Mapping[str, str], tests: Mapping[str, Sequence[str]]) -> list[str]:
    """What is wrong with markers that name no row."""
    return [
        f"{row} is no row of {PAGE}, and is named by {', '.join(names)}"
        for row, names in sorted(tests.items())
        if row not in rows
    ]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", nargs=-1)
def requirements(paths: Iterable[str]) -> None:
    """List each row of docs/requirements.md with the tests that prove it. Fails when a test names a row that is not
    there. PATHS are where to look for tests; all of them unless told."""
    rows = rows_of((ROOT / PAGE).read_text(encoding="utf-8"))
    tests = collected(list(paths) or [str(ROOT / "tests"), str(ROOT / "plugins")])
    click.echo(report(rows, tests))
    wrong = strangers(rows, tests)
    if wrong:
        raise click.ClickException("; ".join(wrong))


if __name__ == "__main__":
    requirements(prog_name="desk requirements")
