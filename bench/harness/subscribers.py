"""Subscribers: `python -m bench.harness.subscribers PORT`, one process of raw sockets.

Reads on stdin a line of JSON for each subscriber, and an empty line. Writes `ready` once all are subscribed, and then a
line each time as many frames have come as there are subscribers: when the first and the last of them did, by the clock
that all processes share, and the last frame's text.
"""

import json
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

_TEXT, _PING = 1, 9
_MASK = b"\0\0\0\0"


def framed(text: bytes, opcode: int = _TEXT) -> bytes:
    """A client's frame; the mask is zero, so that masking costs nothing."""
    size = len(text)
    length = bytes([0x80 | size]) if size < 126 else bytes([0xFE]) + size.to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + _MASK + text


@dataclass(slots=True)
class Subscriber:
    """One socket, and what of a frame has come."""

    wire: socket.socket
    begun: bytearray = field(default_factory=bytearray)

    def frames(self) -> Iterator[tuple[int, bytes]]:
        """The whole frames that can be read now. Raises SystemExit where the server has hung up."""
        read = self.wire.recv(65536)
        if not read:
            raise SystemExit("the server has hung up")
        self.begun += read
        while len(self.begun) >= 2:
            size, start = self.begun[1], 2
            if size == 126:
                size, start = int.from_bytes(self.begun[2:4], "big"), 4
            if len(self.begun) < start + size:
                return
            opcode, text = self.begun[0] & 15, bytes(self.begun[start : start + size])
            del self.begun[: start + size]
            yield opcode, text

    def say(self, **members: object) -> None:
        self.wire.sendall(framed(json.dumps(members).encode()))

    def heard(self) -> dict[str, object]:
        """The next text, waited for."""
        while True:
            for opcode, text in self.frames():
                if opcode == _TEXT:
                    found: dict[str, object] = json.loads(text)
                    return found


def subscribed(port: int, token: str, identity: str, query: str) -> Subscriber:
    wire = socket.create_connection(("127.0.0.1", port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wire.sendall(
        f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
    )
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += wire.recv(1)
    if not head.startswith(b"HTTP/1.1 101"):
        raise SystemExit(f"refused: {head[:80]!r}")
    made = Subscriber(wire)
    made.say(type="connection_init", payload={"authorization": f"Bearer {token}"})
    if (answer := made.heard())["type"] != "connection_ack":
        raise SystemExit(f"refused: {answer}")
    made.say(type="subscribe", id=identity, payload={"query": query})
    return made


def listen(subscribers: list[Subscriber]) -> None:
    """Until killed."""
    ready = selectors.EpollSelector()
    for each in subscribers:
        ready.register(each.wire, selectors.EVENT_READ, each)
    came, first = 0, 0.0
    while True:
        for key, _ in ready.select():
            for opcode, text in key.data.frames():
                if opcode == _PING:
                    key.data.wire.sendall(framed(text, 10))
                elif opcode == _TEXT:
                    came += 1
                    if came % len(subscribers) == 1 or len(subscribers) == 1:
                        first = time.monotonic()
                    if came % len(subscribers) == 0:
                        told = {"first": first, "last": time.monotonic(), "text": text.decode()}
                        print(json.dumps(told), flush=True)
                else:
                    raise SystemExit(f"closed: {text!r}")


def main(port: int) -> None:
    given = [json.loads(line) for line in iter(sys.stdin.readline, "\n")]
    subscribers = [subscribed(port, **each) for each in given]
    print("ready", flush=True)
    listen(subscribers)


if __name__ == "__main__":
    main(int(sys.argv[1]))
