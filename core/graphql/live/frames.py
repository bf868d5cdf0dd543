"""The frames of graphql-transport-ws. Whatever a client sends, the outcome is a frame or a reason to close."""

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Message

from core.graphql.errors import RefusedRequest
from core.graphql.http_request import decode_json
from core.graphql.live.endings import Close

PROTOCOL = "graphql-transport-ws"
_LONGEST_ID = 256
_WITH_ID = ("subscribe", "complete")
_WITHOUT_ID = ("connection_init", "ping", "pong")


class CloseSocket(Exception):
    """The client broke the protocol, or may not go on: the socket is closed with this code and reason."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of the right shape. `id` is empty for those that have none."""

    type: str
    id: str = ""
    payload: dict[str, Any] | None = None


def read_frame(message: Message, limit: int) -> Frame:
    """The frame in a message of the socket. Raises CloseSocket."""
    text = message.get("text")
    if text is None:
        raise _bad("Send text frames.")
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > limit:
        raise CloseSocket(Close.TOO_BIG, f"A frame is at most {limit} bytes.")
    try:
        members = decode_json(data, what="frame")
    except RefusedRequest as error:
        raise _bad(error.message) from None
    if not isinstance(members, dict):
        raise _bad("A frame is a JSON object.")
    return _frame(members)


def _frame(members: dict[str, Any]) -> Frame:
    kind, payload = members.get("type"), members.get("payload")
    if not isinstance(kind, str) or kind not in (*_WITH_ID, *_WITHOUT_ID):
        raise _bad("The frame's 'type' is none of the protocol's.")
    if kind == "subscribe" and not isinstance(payload, dict):
        raise _bad("The frame 'subscribe' needs a 'payload' that is an object.")
    if kind != "complete" and payload is not None and not isinstance(payload, dict):
        raise _bad(f"The 'payload' of the frame '{kind}' must be an object.")
    if kind in _WITHOUT_ID:
        return Frame(kind, payload=payload)
    identity = members.get("id")
    if not isinstance(identity, str) or not 0 < len(identity) <= _LONGEST_ID:
        raise _bad(f"The frame '{kind}' needs an 'id': a string of 1 to {_LONGEST_ID} characters.")
    return Frame(kind, identity, payload if kind == "subscribe" else None)


def _bad(reason: str) -> CloseSocket:
    return CloseSocket(Close.BAD_FRAME, reason)


def frame(kind: str, identity: str | None = None, payload: bytes | None = None) -> str:
    """A frame of ours; the payload is JSON already."""
    parts = [b'{"type":"', kind.encode(), b'"']
    if identity is not None:
        parts += [b',"id":', orjson.dumps(identity)]
    if payload is not None:
        parts += [b',"payload":', payload]
    return b"".join((*parts, b"}")).decode()
