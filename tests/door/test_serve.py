"""`deskgraph serve` as a whole: real PostgreSQL, web and worker processes."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest

from core.door.sole import alone
from core.door.welcome import welcome
from core.kit.postgres.postmaster import find_postmaster
from settings import Settings
from tests.canaries import planted

ROOT = Path(__file__).parents[2]


def wait_for(condition: Callable[[], object], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        time.sleep(0.05)
    return bool(condition())


def ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, port: int, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    key = folder / "data" / "secret.key"
    if not key.exists():
        key.parent.mkdir(mode=0o700, exist_ok=True)
        key.write_text(planted("key"), encoding="utf-8")  # whatever prints it is found out
        key.chmod(0o600)
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "core", "serve", "--port", str(port), *arguments],
            cwd=ROOT,
            env={"PATH": os.environ["PATH"], "DESKGRAPH_DATA_DIR": str(folder / "data")},
            stdout=output,
            stderr=output,
            text=True,
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def postgres_pid(folder: Path) -> int | None:
    server = find_postmaster(folder / "data" / "postgres" / "data")
    return server.pid if server else None


@pytest.mark.timeout(180)
def test_serve_recovers_from_kill_9_of_its_database_and_stops_cleanly(folder: Path) -> None:
    port = free_port()
    with serving(folder, port) as process:
        assert wait_for(lambda: "Deskgraph is ready" in (folder / "output").read_text()), (
            folder / "output"
        ).read_text()
        first = postgres_pid(folder)
        assert first is not None

        os.kill(first, signal.SIGKILL)

        assert wait_for(lambda: postgres_pid(folder) not in (None, first))
        assert wait_for(lambda: ready(port))

        process.send_signal(signal.SIGTERM)

        assert process.wait(60) == 0
        assert (folder / "output").read_text().endswith("Stopped.\n")
        assert postgres_pid(folder) is None
        assert not ready(port)


@pytest.mark.timeout(180)
def test_nothing_outlives_kill_9_of_serve(folder: Path) -> None:
    port = free_port()
    with serving(folder, port) as process:
        assert wait_for(lambda: ready(port)), (folder / "output").read_text()

        process.kill()
        process.wait()

        assert wait_for(lambda: not ready(port))
        assert wait_for(lambda: postgres_pid(folder) is None)
        with alone(Settings(data_dir=folder / "data")):  # its lock went with it
            pass


def refusal(folder: Path, port: int) -> str:
    result = subprocess.run(
        [sys.executable, "-m", "core", "serve", "--port", str(port)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DESKGRAPH_DATA_DIR": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    return result.stderr


def web_children(parent: int) -> set[int]:
    """Processes that serve requests: children of the web process, which is a child of `serve`."""
    found = subprocess.run(
        ["ps", "-wweo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    webs = {row[0] for row in rows if row[1] == str(parent) and row[2].endswith("core.door.web")}
    return {int(row[0]) for row in rows if row[1] in webs and "spawn_main" in row[2]}


def processes_with(word: str) -> list[str]:
    found = subprocess.run(["ps", "-wweo", "args="], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if word in line]


@pytest.fixture
def slow_node(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A Node whose `npm install` never comes to an end; what it is known by in the list of processes."""
    programs, mark = folder / "bin", f"npm-of-{folder.name}"
    programs.mkdir()
    for name, text in (("node", "exit 0"), ("npm", f"sh -c 'sleep 600 & wait' {mark}")):
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return mark


@pytest.mark.timeout(400)
def test_two_web_processes_one_owner_and_nothing_left_after_ctrl_c(folder: Path, slow_node: str) -> None:
    port, output, workshop = free_port(), folder / "output", folder / "data" / "graphiql-build"
    with serving(folder, port, "--workers", "2") as process:
        assert wait_for(lambda: "Deskgraph is ready" in output.read_text(), 150), output.read_text()

        assert f"is already served by process {process.pid}. To serve it anew, stop it (kill" in refusal(
            folder, port
        )

        assert wait_for(lambda: len(web_children(process.pid)) == 2)
        killed = min(web_children(process.pid))
        os.kill(killed, signal.SIGKILL)
        assert wait_for(lambda: len(web_children(process.pid) - {killed}) == 2)
        assert wait_for(lambda: "web.process_died" in output.read_text())
        [told] = [line for line in output.read_text().splitlines() if "web.process_died" in line]
        assert (json.loads(told)["pid"], json.loads(told)["exit_code"]) == (killed, -signal.SIGKILL)
        assert wait_for(lambda: ready(port))
        assert wait_for(lambda: workshop.exists() and processes_with(slow_node))

        process.send_signal(signal.SIGINT)

        assert process.wait(60) == 0
    assert not workshop.exists()
    assert wait_for(lambda: processes_with(slow_node) == [])
    assert processes_with(str(folder)) == []


def test_a_second_serve_is_refused_whoever_holds_the_folder_and_whatever_the_port(folder: Path) -> None:
    settings = Settings(data_dir=folder / "data")
    refused = pytest.raises(click.ClickException, match=f"already served by process {os.getpid()}")
    with alone(settings), refused, alone(settings):
        pytest.fail("it was not refused")
    with alone(settings):
        pass


def test_machines_with_a_database_of_their_own_may_share_a_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = Settings(data_dir=folder / "data", database_url="postgresql://u@db.example/desk")
    embedded = Settings(data_dir=folder / "data")
    with alone(theirs):
        monkeypatch.setattr("core.door.sole.platform.node", lambda: "the-other-machine")
        with alone(theirs):
            pass
        with alone(embedded):
            monkeypatch.setattr("core.door.sole.platform.node", lambda: "a-third-machine")
            with pytest.raises(click.ClickException, match="already served"), alone(embedded):
                pytest.fail("two machines would run one cluster")


def test_the_line_of_slugs_is_for_many_tenants() -> None:
    assert "<slug>" in welcome(Settings(), demo=False, seconds=1)
    assert "<slug>" not in welcome(Settings(multi_tenant=False), demo=False, seconds=1)


def test_the_welcome_says_where_the_demos_people_are_at_every_start(tmp_path: Path) -> None:
    settings, people = Settings(data_dir=tmp_path), tmp_path / "demo.json"
    assert str(people) not in welcome(settings, demo=False, seconds=1)

    people.write_text("{}")
    assert f"  Demo       {people} (" in welcome(settings, demo=False, seconds=1)
