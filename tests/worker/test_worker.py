"""The worker as a process: mails leave, a stopped database is waited for, a stop is clean."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from core.kit.postgres import EmbeddedPostgres

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Short enough for a socket, open enough for the user that root lends to PostgreSQL."""
    path = Path(tempfile.mkdtemp(prefix="worker-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder / "server", durable=False)
    server.start()
    server.ensure_database("deskgraph")
    yield server
    server.destroy()


def environment(server: EmbeddedPostgres, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DESKGRAPH_DATABASE_URL": server.url("deskgraph"),
        "DESKGRAPH_DATA_DIR": str(folder / "data"),
        "DESKGRAPH_WORKER_POLL_SECONDS": "0.1",
        "DESKGRAPH_LOG_FORMAT": "json",
    }


def found_tenant(slug: str, around: dict[str, str]) -> None:
    command = ["tenant", "create", "--slug", slug, "--name", slug, "--founder-email", f"f@{slug}.example"]
    subprocess.run(
        [sys.executable, "-m", "core", *command, "--founder-name", "F"],
        cwd=ROOT, env=around, check=True, capture_output=True, timeout=60,
    )  # fmt: skip


def recipients(folder: Path) -> list[str]:
    letters = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in sorted(folder.glob("*.eml"))
    ]
    return [str(letter["To"]) for letter in letters]


def wait_for(condition: Callable[[], object], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        time.sleep(0.05)
    return bool(condition())


@pytest.mark.timeout(180)
def test_mails_leave_also_after_the_database_was_away(postgres: EmbeddedPostgres, folder: Path) -> None:
    around, mail, output = environment(postgres, folder), folder / "data" / "mail", folder / "output"
    found_tenant("acme", around)
    with output.open("wb") as log:
        worker = subprocess.Popen([sys.executable, "-m", "core", "worker"], cwd=ROOT, env=around, stderr=log)
    try:
        assert wait_for(lambda: recipients(mail) == ["f@acme.example"]), output.read_text()

        postgres.stop()
        assert wait_for(lambda: "worker.database_unavailable" in output.read_text())
        assert worker.poll() is None
        postgres.start()
        found_tenant("beta", around)

        assert wait_for(lambda: recipients(mail) == ["f@acme.example", "f@beta.example"]), output.read_text()
        assert "worker.claims_again" in output.read_text()

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(30) == 0
        assert "Traceback" not in output.read_text()
        assert "dgi_" not in output.read_text()
        assert "f@beta.example" not in output.read_text()
    finally:
        worker.kill()
        worker.wait()
