"""`deskgraph serve` as a whole: real PostgreSQL, web and worker processes."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.kit.postgres.postmaster import find_postmaster

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
