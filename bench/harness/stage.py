"""What rows are measured on: the database, the servers, who asks, and how long is measured."""

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.data import Subject, prepare
from bench.harness.comparing import Pace, Route
from bench.harness.load import request_bytes
from bench.harness.processes import OURS, Server, environment_of, served
from core.kit.postgres import EmbeddedPostgres
from core.migrations.runner import migrate

FACTORIES = {
    "ours": "core.door.web:application",
    "ours with a plugin": "bench.servers.plugged:application",
    "hand-written": "bench.servers.handwritten:application",
    "naive": "bench.servers.naive:application",
    "bare": "bench.servers.bare:application",
}
_STOCK = ("hand-written", "naive")
"""Served with uvicorn's own connections."""

Variables = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Sizes and lengths of a run, and which of its rows."""

    tickets: int = 100_000
    """Of the usual tenant."""
    large: int = 1_000_000
    """Of the large tenant."""
    seconds: float = 0.5
    """Length of a slice."""
    rounds: int = 12
    """Slices of each route, and single events to each server."""
    jobs: int = 3000
    """Of each run of a way to run them, of which there is one for every four rounds."""
    rows: tuple[str, ...] = ()
    """Only those crowds of subscribers whose name contains one of these."""


@dataclass(slots=True)
class Stage:
    """One run's. Servers start when they are first asked for; data sets are built when they are."""

    url: str
    folder: Path
    asked: Asked
    postgres: int
    """The process id of PostgreSQL."""
    stack: ExitStack
    _servers: dict[str, Server] = field(default_factory=dict)
    _subjects: dict[int, Subject] = field(default_factory=dict)

    @property
    def pace(self) -> Pace:
        return Pace(self.asked.seconds, self.asked.rounds, self.postgres)

    @property
    def environment(self) -> dict[str, str]:
        return environment_of(self.url, self.folder)

    def subject(self, tickets: int | None = None) -> Subject:
        """The tenant of the usual size, or of another."""
        size = tickets or self.asked.tickets
        if size not in self._subjects:
            print(f"Preparing {size:,} tickets …", flush=True)
            self._subjects[size] = asyncio.run(prepare(self.url, size))
        return self._subjects[size]

    def server(self, name: str) -> Server:
        if name not in self._servers:
            options = [] if name in _STOCK else OURS
            made = served(FACTORIES[name], self.environment, *options)
            self._servers[name] = self.stack.enter_context(made)
        return self._servers[name]

    def route(
        self, server: str, query: str, variables: Callable[[], Variables] = dict, *, path: str = "graphql",
        subject: Subject | None = None, name: str | None = None,
    ) -> Route:  # fmt: skip
        """A document asked of a server, with fresh variables for each request. `path` is the hand-written route's."""
        found, token = self.server(server), (subject or self.subject()).token
        at = f"/{path if server == 'hand-written' else 'graphql'}"

        def make() -> bytes:
            body = json.dumps({"query": query, "variables": variables()}).encode()
            return request_bytes(found.port, at, token, body)

        return Route(name or server, found, make)


@contextmanager
def opened(folder: Path, asked: Asked) -> Iterator[Stage]:
    """The stage, with PostgreSQL running in the data folder; afterwards everything that was started has ended."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        postgres = EmbeddedPostgres(folder)
        postgres.start()
        stack.callback(postgres.stop)
        postgres.ensure_database("bench")
        url = postgres.url("bench")
        asyncio.run(migrate(url))
        assert postgres.pid is not None, "it runs"
        yield Stage(url, folder, asked, postgres.pid, stack)
