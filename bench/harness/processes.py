"""Server processes, and what processes cost: processor time and memory as the kernel counts them."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OURS = [
    "--http", "core.door.connections:HttpConnection", "--ws", "core.door.connections:SocketConnection",
    "--ws-per-message-deflate", "false",
]  # fmt: skip
"""The connections that the product is served with (see core/door/web.py)."""


@dataclass(frozen=True, slots=True)
class Server:
    """One that runs."""

    port: int
    pid: int


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """What a server is told: the bench's database, and an allowance that no load uses up."""
    return {
        **os.environ, "DESKGRAPH_DATABASE_URL": url, "DESKGRAPH_DATA_DIR": str(folder), "DESKGRAPH_LOG_LEVEL": "error",
        "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE": "1000000000", "DESKGRAPH_GRAPHQL_POINTS_PER_MINUTE_TENANT": "1000000000",
    }  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def served(factory: str, environment: Mapping[str, str], *options: str) -> Iterator[Server]:
    """A uvicorn process that serves a factory, from when it accepts connections."""
    port = _free_port()
    command = [
        sys.executable, "-m", "uvicorn", factory, "--factory", "--port", str(port), "--no-access-log",
        "--log-level", "error", "--no-server-header", *options,
    ]  # fmt: skip
    process = subprocess.Popen(command, env=dict(environment))
    try:
        _wait_for(port, process)
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)
    raise SystemExit("A server did not start; nothing was measured.")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process so far, user and system, of its threads that live."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except FileNotFoundError:
            continue  # the thread has ended
    return total / 1e9


def family_cpu(pid: int) -> dict[int, float]:
    """The same of a process and of each of its children: of PostgreSQL all there is to it."""
    found = {pid: cpu_seconds(pid)}
    for child in map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()):
        try:
            found[child] = cpu_seconds(child)
        except FileNotFoundError:
            continue  # it has ended
    return found


def family_cpu_since(pid: int, before: dict[int, float]) -> float:
    """Seconds that were added by those who live; what a child did that has ended meanwhile is not known."""
    return sum(used - before.get(each, 0.0) for each, used in family_cpu(pid).items())


def memory_mb(pid: int) -> float:
    """Resident memory in MB (10^6 bytes), shared pages included."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
