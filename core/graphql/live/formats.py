"""How events are written into a response."""

from collections.abc import Callable
from typing import Protocol

from core.graphql.live.accepting import StreamFormat
from core.graphql.live.subscribing import Told


class Format(Protocol):
    """The pieces of a body. One instance per response; payloads and errors are JSON already."""

    content_type: str

    def opening(self) -> bytes:
        """Before anything else, so that the client sees at once that the stream is open."""

    def event(self, told: Told) -> bytes:
        """One event."""

    def beat(self) -> bytes:
        """A sign of life."""

    def complete(self) -> bytes:
        """There is no more."""

    def refusal(self, errors: bytes) -> bytes:
        """The operation ended with these errors."""

    def broken_off(self, errors: bytes) -> bytes:
        """The stream ends here; the client is to connect again."""


class EventStream:
    """`text/event-stream`; an event's `id` is its cursor, which a browser sends back as `Last-Event-ID`."""

    content_type = "text/event-stream; charset=utf-8"

    def opening(self) -> bytes:
        return b":\n\n"

    def event(self, told: Told) -> bytes:
        place = b"id: %s\n" % told.cursor.encode() if told.cursor is not None else b""
        return b"event: next\n%sdata: %s\n\n" % (place, told.payload)

    def beat(self) -> bytes:
        return b":\n\n"

    def complete(self) -> bytes:
        # EventSource tells of no event without data.
        return b"event: complete\ndata:\n\n"

    def refusal(self, errors: bytes) -> bytes:
        return b'event: next\ndata: {"errors":%s}\n\n%s' % (errors, self.complete())

    def broken_off(self, errors: bytes) -> bytes:
        # Without `complete` clients connect again, and resume.
        return b""


class Multipart:
    """`multipart/mixed` as Apollo's clients read it: every part is followed by its delimiter at once."""

    content_type = 'multipart/mixed; boundary="graphql"; subscriptionSpec="1.0"'

    def opening(self) -> bytes:
        return b"\r\n--graphql" + self.beat()

    def _part(self, json: bytes) -> bytes:
        return b"\r\nContent-Type: application/json\r\n\r\n%s\r\n--graphql" % json

    def event(self, told: Told) -> bytes:
        return self._part(b'{"payload":%s}' % told.payload)

    def beat(self) -> bytes:
        return self._part(b"{}")

    def complete(self) -> bytes:
        return b"--\r\n"

    def refusal(self, errors: bytes) -> bytes:
        return self._part(b'{"payload":{"errors":%s}}' % errors) + self.complete()

    def broken_off(self, errors: bytes) -> bytes:
        return self._part(b'{"payload":null,"errors":%s}' % errors) + self.complete()


FORMATS: dict[StreamFormat, Callable[[], Format]] = {
    "text/event-stream": EventStream,
    "multipart/mixed": Multipart,
}
