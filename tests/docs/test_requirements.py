"""Tests name rows of docs/requirements.md that are there, and `./desk requirements` says which have a test."""

import subprocess
import sys
from pathlib import Path

import pytest

from docs._build.requirements import PAGE, report, rows_of, strangers
from tests.docs.conftest import PAGES

MARKED = """
import pytest

@pytest.mark.requirement("R1", "{row}")
@pytest.mark.parametrize("each", [1, 2])
def test_twice(each): ...
"""


def run(*paths: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "docs._build.requirements", *paths]
    return subprocess.run(command, capture_output=True, text=True, timeout=110, check=False)


def test_rows_are_listed_with_the_tests_that_are_found(root: Path) -> None:
    done = run(str(root / "tests" / "tickets" / "test_rules.py"))

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    place = lines.index(next(line for line in lines if line.startswith("R0 ")))
    assert lines[place + 1].strip().startswith("tests/tickets/test_rules.py::test_without_configuration")
    assert lines[-1].endswith(" have none.")


@pytest.mark.parametrize(("row", "code"), [("R2", 0), ("Z9", 1)])
def test_a_marker_of_no_row_fails(tmp_path: Path, row: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(MARKED.format(row=row))

    done = run(str(tmp_path))

    assert done.returncode == code
    assert ("Z9 is no row" in done.stderr) is (row == "Z9")
    count = 2 - code
    assert f"{count} of {len(rows_of(PAGES[PAGE]))} rows have a test" in done.stdout
    assert done.stdout.count("test_it.py::test_twice\n") == count


def test_rows_are_told_with_their_tests_or_none() -> None:
    rows = rows_of("| Id | x |\n|---|---|\n| A1 | Something. | y |\n| QV9 | `a!''` | z |\n")

    assert report(rows, {"A1": ["t"]}).splitlines() == [
        "A1    Something.", "        t", "QV9   `a!''`", "        none", "",
        "1 of 2 rows have a test, 1 have none.",
    ]  # fmt: skip
    assert strangers(rows, {"B1": ["t"]}) == [f"B1 is no row of {PAGE}, and is named by t"]


def test_an_id_that_is_there_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="A1 is there twice"):
        rows_of("| A1 | x | y |\n| A1 | z | y |\n")


def test_every_series_is_whole() -> None:
    rows = rows_of(PAGES[PAGE])
    last = dict(A=10, B=23, C=8, D=15, E=16, F=14, G=9, H=8, I=10, J=8, K=6, L=14, M=9, N=7, O=8, P=8, Q=7, QV=19,
                S=8, X=8)  # fmt: skip

    expected = {f"{name}{number}" for name, most in last.items() for number in range(1, most + 1)}
    assert set(rows) == expected | {f"R{number}" for number in range(14)}
