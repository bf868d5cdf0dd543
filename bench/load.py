"""A small load generator: keep-alive connections that ask one after another, over asyncio streams."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Load:
    """What one run showed."""

    per_second: float
    p50_ms: float
    p99_ms: float
    server_cpu_ms: float


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / 100


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> bytes:
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
    )
    body = await reader.readexactly(length)
    if not head.startswith(b"HTTP/1.1 200") or b'"errors":[' in body[:200]:
        raise RuntimeError(f"refused: {head[:60]!r} {body[:500]!r}")
    return body


def request_bytes(port: int, path: str, token: str, body: bytes) -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Type: application/json\r\nAccept: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


async def ask_once(port: int, request: bytes) -> bytes:
    """One request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await _ask(reader, writer, request)
    finally:
        writer.close()
        await writer.wait_closed()


async def press(
    port: int, pid: int, make_request: Callable[[], bytes], *, connections: int, seconds: float
) -> Load:
    """Ask from `connections` connections for `seconds`."""
    took: list[float] = []
    begin = time.perf_counter()
    cpu = cpu_seconds(pid)

    async def one() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        while time.perf_counter() - begin < seconds:
            asked = time.perf_counter()
            await _ask(reader, writer, make_request())
            took.append(time.perf_counter() - asked)
        writer.close()
        await writer.wait_closed()

    await asyncio.gather(*(one() for _ in range(connections)))
    elapsed, used = time.perf_counter() - begin, cpu_seconds(pid) - cpu
    took.sort()
    return Load(
        per_second=len(took) / elapsed,
        p50_ms=took[len(took) // 2] * 1000,
        p99_ms=took[int(len(took) * 0.99)] * 1000,
        server_cpu_ms=used / len(took) * 1000,
    )
