"""Brokers for tests and measurements: real servers of our own, on free ports, in a folder, stopped by process id."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

_PATIENCE = 90.0
_RABBITMQ = sorted(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*/sbin/rabbitmq-server"))


class Broker(Protocol):
    """A server that can be killed and started again with what it had kept."""

    url: str

    def start(self) -> None: ...

    def kill(self) -> None:
        """As `kill -9` does."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files in PEM form with which a server listens to TLS alone, by the name `localhost`."""

    chain: Path
    key: Path


class Redis:
    """`redis-server` that keeps what it was told across `kill -9`."""

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        self._folder = folder
        self._port = free_port()
        self._listening = ["--port", str(self._port)]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        if certificate:
            self.url = f"rediss://localhost:{self._port}/0"
            self._listening = [
                "--port", "0", "--tls-port", str(self._port), "--tls-auth-clients", "no",
                "--tls-cert-file", str(certificate.chain), "--tls-key-file", str(certificate.key),
            ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        self._process = _started(
            [
                "redis-server", *self._listening, "--bind", "127.0.0.1", "--dir", str(self._folder), "--appendonly",
                "yes", "--appendfsync", "everysec", "--save", "",
            ],
            {}, self._folder / "out",
        )  # fmt: skip
        wait_for_port(self._port, self._process)

    def kill(self) -> None:
        _kill(self._process)


class RabbitMQ:
    """`rabbitmq-server` with a name, a folder and a port mapper (epmd) of its own."""

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        self._folder = folder
        self._port, self._epmd_port, distribution = free_port(), free_port(), free_port()
        self.url = f"amqp://guest:guest@127.0.0.1:{self._port}//"
        self._configuration = ""
        if certificate:
            self.url = f"amqps://guest:guest@localhost:{self._port}//"
            self._configuration = (
                f"listeners.tcp = none\nlisteners.ssl.1 = 127.0.0.1:{self._port}\n"
                f"ssl_options.certfile = {certificate.chain}\nssl_options.keyfile = {certificate.key}\n"
                "ssl_options.verify = verify_none\nssl_options.fail_if_no_peer_cert = false\n"
            )
        self._environment = {
            "HOME": str(folder),  # where the Erlang cookie lies
            "RABBITMQ_NODENAME": f"deskgraph{self._port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_DIST_PORT": str(distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            **({} if certificate else {"RABBITMQ_NODE_PORT": str(self._port)}),
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RUNNING_UNDER_SYSTEMD": "true",  # The script then becomes the server, which so has the id we know.
        }
        self._process: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._folder.mkdir(exist_ok=True)
        (self._folder / "plugins").write_text("[].\n")
        if self._configuration:
            (self._folder / "rabbitmq.conf").write_text(self._configuration)
        if self._epmd is None:
            # Started by Erlang, it would be a daemon and outlive us.
            self._epmd = _started(["epmd"], self._environment, self._folder / "epmd")
            wait_for_port(self._epmd_port, self._epmd)
        command = [str(_RABBITMQ[-1])] if _RABBITMQ else ["rabbitmq-server"]
        self._process = _started(command, self._environment, self._folder / "out")
        wait_for_port(self._port, self._process)

    def kill(self) -> None:
        _kill(self._process)

    def close(self) -> None:
        self.kill()
        _kill(self._epmd)


@contextmanager
def redis_server(folder: Path, certificate: Certificate | None = None) -> Iterator[Redis]:
    server = Redis(folder, certificate)
    with ExitStack() as stack:
        stack.callback(server.kill)
        server.start()
        yield server


@contextmanager
def rabbitmq_server(folder: Path, certificate: Certificate | None = None) -> Iterator[RabbitMQ]:
    server = RabbitMQ(folder, certificate)
    with ExitStack() as stack:
        stack.callback(server.close)
        server.start()
        yield server


STARTS: Mapping[str, Callable[..., AbstractContextManager[Broker]]] = {
    "rabbitmq": rabbitmq_server,
    "redis": redis_server,
}
"""Each with the program `<name>-server`."""


def needs(program: str) -> None:
    """Skip where the program is not installed; fail in CI, which is to have it."""
    if shutil.which(program) is None:
        if os.environ.get("CI"):
            raise FileNotFoundError(f"{program} is not installed; .ci/run installs it")
        pytest.skip(f"{program} is not installed")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{process.args!r} does not answer on port {port}")
        time.sleep(0.05)


def _started(command: list[str], environment: Mapping[str, str], out: Path) -> "subprocess.Popen[bytes]":
    with out.open("ab") as file:
        return subprocess.Popen(
            command, env={**os.environ, **environment}, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip


def _kill(process: "subprocess.Popen[bytes] | None") -> None:
    if process is not None and process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
