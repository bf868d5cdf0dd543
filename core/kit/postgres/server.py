"""`EmbeddedPostgres`: start, adopt, supervise and stop the server of one data folder."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import quote

import asyncpg

from core.kit.leash import Leash
from core.kit.postgres.cluster import Cluster, locked, open_cluster, tail
from core.kit.postgres.errors import PostgresUnavailable, failed
from core.kit.postgres.postmaster import Postmaster, find_postmaster, is_postgres, remove_stale_locks

PORT = 5432
USER = "postgres"
_CREATING = 0x6465736B
_LOG_LIMIT = 10 * 1024 * 1024
Result = TypeVar("Result")
_IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,62}")

_ALWAYS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "200",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
}
_DURABLE = {"shared_buffers": "128MB"}
_FAST = {
    "shared_buffers": "32MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class EmbeddedPostgres:
    """The private PostgreSQL server of a data folder.

    `start` adopts a healthy server that another process of ours already runs there; `stop` ends only one that
    this object started, and a server never outlives the process that started it. With `durable=False`,
    for tests, a crash may lose the last commits or the cluster.
    """

    def __init__(self, data_dir: Path, *, durable: bool = True, patience: float = 60.0) -> None:
        self._data_dir = data_dir.absolute()
        self._options = _ALWAYS | (_DURABLE if durable else _FAST)
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None
        self._postmaster: Postmaster | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def started_here(self) -> bool:
        """Whether this object started the server, rather than adopting one."""
        return self._process is not None

    @property
    def pid(self) -> int | None:
        return self._postmaster.pid if self._postmaster else None

    def start(self) -> None:
        """Start the server, or adopt the one that runs. Raises PostgresUnavailable with the way out."""
        self._forget()
        try:
            with locked(self._data_dir):
                cluster = open_cluster(self._data_dir)
                if not self._adopt(cluster):
                    self._launch(cluster)
        except OSError as error:
            raise PostgresUnavailable(f"The data folder cannot be used: {error}.") from error

    def stop(self, *, grace: float = 30.0) -> None:
        """End the server if it was started here; connections are closed, nothing committed is lost."""
        process = self._process
        if process is not None:
            for send, wait in ((signal.SIGINT, grace), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
                process.send_signal(send)
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(wait)
                    break
        self._forget()
        record = self._data_dir / "postgres" / "socket"
        if process is not None and record.is_symlink():
            with contextlib.suppress(OSError):
                Path(os.readlink(record)).rmdir()
                record.unlink()

    def destroy(self) -> None:
        """Stop the server and remove its data for good. For tests."""
        self.stop()
        link = self._data_dir / "postgres"
        shutil.rmtree(link.resolve(), ignore_errors=True)
        if link.is_symlink():
            link.unlink()

    def running(self) -> bool:
        """Whether the server process is alive. Says nothing about whether it answers: see `healthy`."""
        if self._process is not None:
            return self._process.poll() is None
        return self._postmaster is not None and is_postgres(self._postmaster.pid)

    def healthy(self) -> bool:
        """Whether the server answers a query now."""
        return self.running() and _answers(self.connection_arguments("postgres"))

    def ensure_database(self, name: str = "deskgraph") -> None:
        """Create database `name` unless it exists. `name` is an SQL identifier in lower case."""
        if not _IDENTIFIER.fullmatch(name):
            raise ValueError(f"{name!r} is no database name: lower case letters, digits and _ only.")
        _run(_ensure_database(self.connection_arguments("postgres"), name))

    def connection_arguments(self, database: str = "deskgraph") -> dict[str, Any]:
        """What asyncpg.connect and create_pool take."""
        server = self._require()
        return {"host": str(server.socket_folder), "port": server.port, "user": USER, "database": database}

    def url(self, database: str = "deskgraph") -> str:
        """The address of `database` on this server, over its socket."""
        server = self._require()
        folder = quote(str(server.socket_folder), safe="")
        return f"postgresql://{USER}@/{database}?host={folder}&port={server.port}"

    def _require(self) -> Postmaster:
        if self._postmaster is None:
            raise PostgresUnavailable("The embedded PostgreSQL was not started.")
        return self._postmaster

    def _forget(self) -> None:
        if self._leash is not None:
            self._leash.release()
        self._process = self._leash = self._postmaster = None

    def _adopt(self, cluster: Cluster) -> bool:
        """Take over a server that already runs here; wait for one that is just starting or stopping."""
        deadline = time.monotonic() + self._patience
        while (server := find_postmaster(cluster.data)) is not None:
            self._postmaster = server
            if server.status in {"ready", "standby"} and _answers(self.connection_arguments("postgres")):
                return True
            if time.monotonic() > deadline:
                raise PostgresUnavailable(
                    f"Another PostgreSQL (process {server.pid}) holds {cluster.data} and does not answer. "
                    f"Stop it (kill -INT {server.pid}), or set DESKGRAPH_DATABASE_URL to a server you run."
                )
            time.sleep(0.1)
        return False

    def _launch(self, cluster: Cluster) -> None:
        sockets = cluster.socket_folder
        remove_stale_locks(cluster.data, sockets)
        command = [cluster.binaries["postgres"], "-D", str(cluster.data), "-k", str(sockets)]
        for name, value in self._options.items():
            command += ["-c", f"{name}={value}"]
        if cluster.log.exists() and cluster.log.stat().st_size > _LOG_LIMIT:
            cluster.log.replace(cluster.log.with_suffix(".log.1"))
        with cluster.log.open("ab") as log:
            begin = log.tell()
            self._process = cluster.account.start(command, cluster.folder, stdout=log.fileno())
        self._leash = Leash(self._process.pid, signal.SIGINT)
        self._postmaster = Postmaster(self._process.pid, sockets, PORT, "starting")
        self._wait_until_ready(cluster, begin)

    def _wait_until_ready(self, cluster: Cluster, begin: int) -> None:
        process, deadline = self._process, time.monotonic() + self._patience
        assert process is not None
        while process.poll() is None:
            server = find_postmaster(cluster.data)
            ready = server is not None and server.pid == process.pid and server.status == "ready"
            if ready and _answers(self.connection_arguments("postgres")):
                self._postmaster = server
                return
            if time.monotonic() > deadline:
                break  # Recovery after a crash may take long; then a longer patience is the answer.
            time.sleep(0.02)
        ended = process.poll() is not None
        self.stop()
        reason = (
            "PostgreSQL ended while starting"
            if ended
            else f"PostgreSQL was not ready in {self._patience:.0f} s"
        )
        raise failed(reason, tail(cluster.log, max(cluster.log.stat().st_size - begin, 1)), cluster.log)


def _run(coroutine: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end from anywhere, inside a running event loop too."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def _answers(arguments: dict[str, Any]) -> bool:
    async def ask() -> bool:
        try:
            connection = await asyncpg.connect(**arguments, timeout=5)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return False
        await connection.close(timeout=5)
        return True

    return _run(ask())


async def _ensure_database(arguments: dict[str, Any], name: str) -> None:
    connection = await asyncpg.connect(**arguments, timeout=10)
    try:
        # The lock goes with the session. Two CREATE DATABASE at once would make one of them fail.
        await connection.execute("SELECT pg_advisory_lock($1)", _CREATING)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()
