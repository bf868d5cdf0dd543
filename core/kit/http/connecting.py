"""Connections to addresses that were checked."""

import asyncio
import contextlib
import socket
from collections.abc import Sequence


async def connected(addresses: Sequence[str], port: int, seconds: float) -> socket.socket:
    """A socket that does not block, to whichever address answers first, tried one after the other, each with its part
    of the time: one that is silent must leave some for the next. Raises OSError, TimeoutError."""
    each = seconds / len(addresses)
    for address in addresses[:-1]:
        with contextlib.suppress(OSError, TimeoutError):
            return await _one(address, port, each)
    return await _one(addresses[-1], port, each)


async def _one(address: str, port: int, seconds: float) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    made.setblocking(False)
    with contextlib.ExitStack() as unless_connected:
        unless_connected.callback(made.close)
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(made, (address, port))
        unless_connected.pop_all()
    return made
