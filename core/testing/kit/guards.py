"""What code under test must not do."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from blockbuster import blockbuster_ctx


class NetworkUsed(AssertionError):
    """A plugin went past `ctx.http`."""


@contextmanager
def no_network() -> Iterator[list[str]]:
    """Within, no connection leaves this machine, and no name is looked up. Raises NetworkUsed where it is tried, and
    gathers what was tried, since plugins may answer for what is raised."""
    tried: list[str] = []

    def refuse(*asked: Any, **_named: Any) -> None:
        tried.append(repr(asked[:2]))
        raise NetworkUsed(
            f"There is no network here: {asked[:2]!r}. What reaches the Internet goes by `ctx.http`."
        )

    def connect(sock: socket.socket, address: Any) -> None:
        if sock.family != socket.AF_UNIX:
            refuse(address)
        real(sock, address)

    real = socket.socket.connect
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        patch.setattr(socket.socket, "connect_ex", connect)
        patch.setattr(socket, "getaddrinfo", refuse)
        yield tried


@contextmanager
def nothing_blocks(module: str) -> Iterator[None]:
    """Within, code of this module, and what it calls, must not keep the event loop waiting. Raises BlockingError."""
    with blockbuster_ctx(scanned_modules=[module]):
        yield
