"""The `desk` script: when it sets up and when it does not, with programs that only note how they are called."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTE = '#!/bin/sh\nprintf "%s\\n" "$(basename "$0") $*" >> calls\n'


@pytest.fixture
def checkout(folder: Path) -> Path:
    for name in ("desk", "pyproject.toml", "lock.txt"):
        shutil.copy(ROOT / name, folder / name)
    programs = folder / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "uv"):
        (programs / name).write_text(NOTE)
        (programs / name).chmod(0o755)
    return folder


def desk(checkout: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(checkout / "desk"), *arguments],
        env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, timeout=60, check=False, cwd="/",
    )  # fmt: skip


def installs(checkout: Path) -> list[str]:
    lines = (checkout / "calls").read_text().splitlines()
    return [line for line in lines if line.startswith("uv pip install")]


def test_the_second_start_installs_nothing(checkout: Path) -> None:
    assert desk(checkout, "tenant", "list").returncode == 0
    assert desk(checkout, "tenant", "list").returncode == 0

    assert len(installs(checkout)) == 1
    assert "-c lock.txt -e ." in installs(checkout)[0]
    assert "--group dev" not in installs(checkout)[0]
    assert (checkout / "calls").read_text().splitlines()[-1] == "python -m core tenant list"


def test_a_changed_lock_installs_again(checkout: Path) -> None:
    desk(checkout, "doctor")
    with (checkout / "lock.txt").open("a") as lock:
        lock.write("another==1.0\n")
    desk(checkout, "doctor")

    assert len(installs(checkout)) == 2
    assert len(list((checkout / ".venv").glob(".ok-*"))) == 1


def test_tests_install_the_development_packages_too(checkout: Path) -> None:
    desk(checkout, "test", "tests/door")

    assert "--group dev" in installs(checkout)[0]
    last = (checkout / "calls").read_text().splitlines()[-1]
    assert last == "python -m pytest -m not interop -n 2 tests/door"

    desk(checkout, "test", "--interop")

    last = (checkout / "calls").read_text().splitlines()[-1]
    assert last == "python -m pytest -m interop -n 0"


def test_a_failed_install_is_tried_again(checkout: Path) -> None:
    uv = checkout / ".venv" / "bin" / "uv"
    uv.write_text(NOTE + "exit 1\n")
    assert desk(checkout, "doctor").returncode != 0
    uv.write_text(NOTE)

    assert desk(checkout, "doctor").returncode == 0
    assert len(installs(checkout)) == 2


def test_two_starts_at_once_install_once(checkout: Path) -> None:
    (checkout / ".venv" / "bin" / "uv").write_text(NOTE + "sleep 1\n")
    both = [
        subprocess.Popen([str(checkout / "desk"), "doctor"], stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=60)[1] for process in both]

    assert [process.returncode for process in both] == [0, 0]
    assert len(installs(checkout)) == 1
    assert "Waiting for another set-up" in "".join(said)


def test_the_lock_of_a_set_up_that_was_killed_is_taken_over(checkout: Path) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    lock = checkout / ".venv" / ".setting-up"
    lock.mkdir()
    (lock / "pid").write_text(str(dead.pid))

    assert desk(checkout, "doctor").returncode == 0
    assert not lock.exists()
    assert len(installs(checkout)) == 1


def test_a_python_too_old_is_refused_with_the_way_out(checkout: Path) -> None:
    old = checkout / "old-python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    shutil.rmtree(checkout / ".venv")

    result = subprocess.run(
        [str(checkout / "desk"), "doctor"],
        env={"PATH": os.environ["PATH"], "PYTHON": str(old)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode == 1
    assert f"PYTHON={old} is not a Python 3.11 or newer." in result.stderr


def test_commands_are_told_where_the_caller_stands(checkout: Path, tmp_path: Path) -> None:
    python = checkout / ".venv" / "bin" / "python"
    python.write_text(f'{NOTE}printf "%s\\n" "$DESK_CALLED_FROM" > from\n')

    subprocess.run(
        [str(checkout / "desk"), "plugin", "new", "fleet"],
        env={"PATH": os.environ["PATH"], "DESK_CALLED_FROM": "/elsewhere"}, timeout=60, check=True, cwd=tmp_path,
    )  # fmt: skip

    assert (checkout / "from").read_text() == f"{tmp_path}\n"
