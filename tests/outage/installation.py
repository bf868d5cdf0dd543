"""A helpdesk as it runs in the field: a PostgreSQL of its own and the web process, over real sockets."""

import asyncio
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import asyncpg
import httpx2

from core.kit.postgres import EmbeddedPostgres

TICKETS = "{ tickets { nodes { title } } }"
OPEN = """mutation($title: String!, $body: String!) {
  ticketCreate(input: {title: $title, body: $body}) { ticket { id number } userErrors { code } } }"""


@dataclass(frozen=True)
class Reply:
    """An HTTP answer, and the id its log lines carry."""

    status: int
    headers: httpx2.Headers
    body: Any
    request_id: str
    seconds: float

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]

    def is_told_to_come_again(self) -> bool:
        """503, a code that says so, and when to try again."""
        return self.status == 503 and self.codes == ["UNAVAILABLE"] and int(self.headers["retry-after"]) > 0


@dataclass
class Installation:
    """Where it runs, and how to ask it."""

    postgres: EmbeddedPostgres
    web: subprocess.Popen[bytes]
    url: str
    token: str
    log: Path
    environment: Mapping[str, str]

    async def ask(self, query: str, **variables: Any) -> Reply:
        """Send an operation as the founder."""
        request_id, begin = secrets.token_hex(8), time.monotonic()
        headers = {"authorization": f"Bearer {self.token}", "x-request-id": request_id}
        async with httpx2.AsyncClient(timeout=30) as http:
            answer = await http.post(
                f"{self.url}/graphql", json={"query": query, "variables": variables}, headers=headers
            )
        return Reply(answer.status_code, answer.headers, answer.json(), request_id, time.monotonic() - begin)

    async def open_ticket(self, title: str, body: str = "help") -> Reply:
        return await self.ask(OPEN, title=title, body=body)

    async def titles(self) -> list[str]:
        reply = await self.ask(TICKETS)
        assert reply.status == 200, reply.body
        return [each["title"] for each in reply.body["data"]["tickets"]["nodes"]]

    async def status(self, path: str) -> int:
        async with httpx2.AsyncClient(timeout=20) as http:
            return (await http.get(f"{self.url}{path}")).status_code

    def lines(self, request_id: str) -> list[dict[str, Any]]:
        """What the log says of one request."""
        told = [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]
        return [line for line in told if line.get("request") == request_id]

    def assert_told_in_one_line(self, reply: Reply) -> None:
        """One error that names the matter, without a traceback, beside the line that every request has."""
        told = self.lines(reply.request_id)
        errors = [line for line in told if line["level"] in ("warning", "error", "critical")]
        assert [line["event"] for line in errors] == ["graphql.database_unavailable"], told
        assert not any("exception" in line and isinstance(line["exception"], list) for line in told), told

    async def serves_again(self, within: float = 30) -> None:
        """The same web process answers again, and goes on answering."""
        deadline = time.monotonic() + within
        while (await self.ask(TICKETS)).status != 200:
            assert time.monotonic() < deadline, "it does not serve again"
            await asyncio.sleep(0.2)
        answers = await asyncio.gather(*(self.ask(TICKETS) for _ in range(10)))
        assert [each.status for each in answers] == [200] * 10
        assert self.web.poll() is None

    async def held_up(self) -> tuple[asyncpg.Connection, asyncio.Task[Reply]]:
        """A request in the middle of its statement: the table it reads is locked by somebody."""
        holder = await asyncpg.connect(**self.postgres.connection_arguments("desk"))
        await holder.execute("begin")
        await holder.execute("lock table tickets in access exclusive mode")
        asking = asyncio.create_task(self.ask(TICKETS))
        for _ in range(200):
            if await holder.fetchval("select count(*) from pg_locks where not granted"):
                return holder, asking
            await asyncio.sleep(0.05)
        raise AssertionError("the request did not get to the table")


@contextmanager
def installed(
    folder: Path,
    postgres: EmbeddedPostgres,
    *,
    pool_size: int = 4,
    more: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Installation]:
    """Founds a desk on a running PostgreSQL and serves it."""
    postgres.ensure_database("desk")
    database = postgres.url("desk")
    program = [sys.executable, str(Path(__file__).parent / "program.py"), database]
    token = subprocess.run(program, check=True, capture_output=True, text=True).stdout.strip()
    port, log = _free_port(), folder / "web.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DESKGRAPH_")} | {
        "DESKGRAPH_DATABASE_URL": database,
        "DESKGRAPH_DATABASE_POOL_SIZE": str(pool_size),
        "DESKGRAPH_DATA_DIR": str(folder / "web"),
        "DESKGRAPH_PORT": str(port),
        "DESKGRAPH_LOG_FORMAT": "json",
        "DESKGRAPH_STOP_GRACE_SECONDS": "2",
    }
    (folder / "web").mkdir()
    environment |= more
    with log.open("wb") as output:
        web = subprocess.Popen(
            [sys.executable, "-m", "core.door.web"], env=environment, stdout=output, stderr=output
        )
    try:
        _wait_for(port, web, log)
        yield Installation(postgres, web, f"http://127.0.0.1:{port}", token, log, environment)
    finally:
        web.terminate()
        try:
            web.wait(10)
        except subprocess.TimeoutExpired:
            web.kill()
            web.wait()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(port: int, web: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert web.poll() is None, log.read_text()
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError(log.read_text())
