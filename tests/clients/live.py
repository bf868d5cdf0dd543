"""The product on a real socket: `python -m tests.clients.live FD` serves on a listening socket it inherits."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import uvicorn

from settings import Settings, to_environment

STARTING_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Live:
    """A running server of the product."""

    origin: str
    log: Path

    @property
    def url(self) -> str:
        """Where its API is."""
        return f"{self.origin}/graphql"


@contextmanager
def running(settings: Settings, log: Path) -> Iterator[Live]:
    """Serve the product in a process of its own for the length of the block."""
    with socket.create_server(("127.0.0.1", 0)) as listener, log.open("wb") as output:
        number = listener.fileno()
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.clients.live", str(number)],
            env={**os.environ, **to_environment(settings)}, pass_fds=[number], stdout=output, stderr=output,
        )  # fmt: skip
        live = Live(f"http://127.0.0.1:{listener.getsockname()[1]}", log)
    try:
        _wait_for(live, server)
        yield live
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(live: Live, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            if httpx2.get(f"{live.origin}/readyz", timeout=5).status_code == httpx2.codes.OK:
                return
        except httpx2.TransportError:
            time.sleep(0.1)
    raise AssertionError(live.log.read_text())


def main() -> None:
    """Serve on the socket whose number the command line gives."""
    from core.door.web import application

    listener = socket.socket(fileno=int(sys.argv[1]))
    config = uvicorn.Config(application, factory=True, ws="websockets-sansio", log_config=None, lifespan="on")
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
