"""What the supervisor looks after: child processes and the embedded PostgreSQL, alike to it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from typing import Protocol

from core.kit.leash import Leash
from core.kit.postgres import EmbeddedPostgres


class Service(Protocol):
    """Something that is to be alive for as long as the installation is."""

    name: str

    def start(self) -> None:
        """Raises PostgresUnavailable or OSError when it cannot."""

    def alive(self) -> bool: ...


class Child:
    """A Python module run as a process of its own, in a process group of its own, on a leash."""

    def __init__(
        self, name: str, module: str, *arguments: str, environment: Mapping[str, str], grace: int
    ) -> None:
        self.name = name
        self._command = [sys.executable, "-m", module, *arguments]
        self._environment = {**os.environ, **environment}
        self._grace = grace
        self._process: subprocess.Popen[bytes] | None = None
        self._leash: Leash | None = None

    @property
    def exit_code(self) -> int | None:
        """How it ended, None while it lives or before it was started."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        self.kill()  # Workers of a web process that died must not keep its port.
        self._process = subprocess.Popen(
            self._command, env=self._environment, stdin=subprocess.DEVNULL, start_new_session=True
        )
        self._leash = Leash(self._process.pid, signal.SIGTERM, group=True, then_kill_after=self._grace + 5)

    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def ask_to_stop(self) -> None:
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the whole group at once and let go of it."""
        self._signal(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
        if self._leash is not None:
            self._leash.release()
            self._leash = None

    def _signal(self, send: signal.Signals) -> None:
        if self._process is not None and self._leash is not None:
            # macOS answers EPERM for a group of which only a zombie is left.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, send)


class Database:
    """The embedded PostgreSQL as a service."""

    name = "postgresql"

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    def start(self) -> None:
        self._server.start()

    def alive(self) -> bool:
        return self._server.running()
