"""A small load generator: keep-alive connections that ask one after another, over asyncio streams."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pressed:
    """What one slice showed."""

    requests: int
    seconds: float
    took: list[float]
    """Seconds of each request, sorted."""


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200") or b'"errors":[' in body[:200] or b'"userErrors":[{' in body:
        raise RuntimeError(f"refused: {head[:60]!r} {body[:500]!r}")
    return body


def request_bytes(port: int, path: str, token: str, body: bytes) -> bytes:
    """A request as it goes over the wire."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def ask_once(port: int, request: bytes) -> bytes:
    """One request on a connection of its own."""
    return (await ask_each(port, [request]))[-1]


async def ask_each(port: int, requests: list[bytes]) -> list[bytes]:
    """One after another on a connection of their own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return [await _ask(reader, writer, each) for each in requests]
    finally:
        writer.close()
        await writer.wait_closed()


async def press(port: int, make_request: Callable[[], bytes], *, connections: int, seconds: float) -> Pressed:
    """Ask from `connections` connections for `seconds`. Raises RuntimeError for an answer that is a refusal."""
    took: list[float] = []
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(connections)]
    begin = time.perf_counter()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            asked = time.perf_counter()
            await _ask(reader, writer, make_request())
            took.append(time.perf_counter() - asked)
            if time.perf_counter() - begin >= seconds:
                break
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one(*each) for each in opened))
    return Pressed(len(took), time.perf_counter() - begin, sorted(took))
