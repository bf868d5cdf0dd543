"""`deskgraph serve` with a broker: the whole installation, from an invitation to its mail."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from core.testing.brokers import free_port, needs, redis_server

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]


def wait_for(condition: Callable[[], bool], told: Callable[[], str]) -> None:
    deadline = time.monotonic() + 90
    while not condition():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


def test_serve_starts_a_worker_for_each_queue_and_mails_leave_through_the_broker(folder: Path) -> None:
    needs("redis-server")
    with redis_server(folder / "redis") as broker, (folder / "output").open("w") as output:
        served = subprocess.Popen(
            [sys.executable, "-m", "core", "serve", "--port", str(free_port())],
            cwd=ROOT,
            env={
                "PATH": os.environ["PATH"],
                "DESKGRAPH_DATA_DIR": str(folder / "data"),
                "DESKGRAPH_BROKER_URL": broker.url,
                "DESKGRAPH_MULTI_TENANT": "false",
                "DESKGRAPH_FOUNDER_EMAIL": "founder@example.com",
                "DESKGRAPH_STOP_GRACE_SECONDS": "5",
                "DESKGRAPH_LOG_FORMAT": "json",
            },
            stdout=output,
            stderr=output,
        )
        try:

            def told() -> str:
                return (folder / "output").read_text()

            wait_for(lambda: "Deskgraph is ready" in told(), told)
            wait_for(lambda: len(list((folder / "data" / "mail").glob("*.eml"))) == 1, told)
            for queue in ("io", "heavy", "plugins"):
                wait_for(lambda queue=queue: f'"queue":"{queue}"' in told(), told)  # type: ignore[misc]

            served.send_signal(signal.SIGTERM)

            assert served.wait(60) == 0, told()
            assert told().endswith("Stopped.\n")
            assert "service.died" not in told()
            assert '"level":"error"' not in told(), told()
        finally:
            served.kill()
            served.wait()
