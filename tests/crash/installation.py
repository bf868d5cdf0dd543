"""The whole product as `deskgraph serve` runs it, with the processes that can be killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from core.kit.postgres.postmaster import find_postmaster

ROOT = Path(__file__).parents[2]
PATIENCE = 120.0


@dataclass(frozen=True)
class Installation:
    """Where it runs and how to ask it as a machine with an administrator's role."""

    process: "subprocess.Popen[bytes]"
    folder: Path
    port: int
    token: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def mails(self) -> list[Path]:
        return sorted((self.data / "mail").glob("*.eml"))

    def output(self) -> str:
        return (self.folder / "output").read_text()

    def pid_of_web(self) -> int | None:
        return self._child("core.door.web")

    def pid_of_worker(self) -> int | None:
        return self._child("core worker")

    def pid_of_postgres(self) -> int | None:
        server = find_postmaster(self.data / "postgres" / "data")
        return server.pid if server else None

    async def count(self, statement: str) -> int:
        """A number from the database, asked as its owner."""
        return int((await self.column(statement))[0])

    async def column(self, statement: str) -> list[Any]:
        """One column from the database, asked as its owner."""
        server = find_postmaster(self.data / "postgres" / "data")
        assert server is not None
        session = await asyncpg.connect(
            host=str(server.socket_folder), port=server.port, user="postgres", database="deskgraph"
        )
        try:
            return [row[0] for row in await session.fetch(statement)]
        finally:
            await session.close()

    def _child(self, words: str) -> int | None:
        listed = subprocess.run(["ps", "-eo", "pid,ppid,args"], check=True, capture_output=True, text=True)
        for line in listed.stdout.splitlines()[1:]:
            pid, parent, command = line.split(None, 2)
            if int(parent) == self.process.pid and words in command:
                return int(pid)
        return None

    def ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx2.HTTPError:
            return False


@contextmanager
def served(folder: Path, **settings: str) -> Iterator[Installation]:
    """A fresh installation with one tenant, served until the block ends."""
    port, environment = _free_port(), _environment(folder) | settings
    command = [sys.executable, "-m", "core", "serve", "--port", str(port)]
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)
        try:
            starting = Installation(process, folder, port, "")
            wait_for(starting.ready, starting.output)
            yield Installation(process, folder, port, _found(environment))
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_for(condition: Callable[[], Any], tell: Callable[[], object], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, tell()
        time.sleep(0.05)


def _found(environment: dict[str, str]) -> str:
    """A tenant, and the token of a machine that may do everything in it."""
    _run(
        environment, "tenant", "create", "--slug", "acme", "--name", "Acme",
        "--founder-email", "wei@acme.example", "--founder-name", "Wei",
    )  # fmt: skip
    told = _run(
        environment,
        "token",
        "create",
        "--tenant",
        "acme",
        "--name",
        "load",
        "--role",
        "Administrator",
        "--json",
    )
    token: str = json.loads(told)["token"]
    return token


def _run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "core", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def _environment(folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "DESKGRAPH_DATA_DIR": str(folder / "data"),
        "DESKGRAPH_EXPLORER": "false",
        "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE": "100000000",
        "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE_TENANT": "100000000",
        "DESKGRAPH_LOG_FORMAT": "json",
        # Where a receiver of the test listens.
        "DESKGRAPH_OUTGOING_ALLOW": "127.0.0.1",
        "DESKGRAPH_OUTGOING_HTTP": "true",
    }


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
