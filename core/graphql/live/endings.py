"""Why a stream ends before its time, as each transport tells it."""

from collections.abc import Mapping
from enum import IntEnum

from core.graphql.errors import Code, RequestError

_LONGEST_REASON = 123
"""Bytes of a close frame's reason, by RFC 6455."""


class Close(IntEnum):
    """The close codes of a socket: those of RFC 6455, and those of the protocol graphql-transport-ws."""

    NORMAL = 1000
    TOO_BIG = 1009
    INTERNAL = 1011
    GOING_AWAY = 1012
    TRY_LATER = 1013
    BAD_FRAME = 4400
    NOT_OPENED = 4401
    FORBIDDEN = 4403
    BAD_SUBPROTOCOL = 4406
    TOO_LATE = 4408
    TAKEN_ID = 4409
    TOO_MANY = 4429


class Ended(RequestError):
    """The whole stream ends, and the client is told so. `close` is the code a socket is closed with."""

    def __init__(
        self,
        code: str,
        message: str,
        close: Close,
        *,
        values: Mapping[str, object] | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(code, message, values=values, **extensions)
        self.close = close

    @property
    def reason(self) -> str:
        """The message, as long as a close frame may carry."""
        return self.message.encode()[:_LONGEST_REASON].decode("utf-8", "ignore")


_CLOSES = {
    Code.UNAUTHENTICATED: Close.FORBIDDEN,
    Code.CSRF: Close.FORBIDDEN,
    Code.RIGHTS_CHANGED: Close.FORBIDDEN,
    Code.TOO_MANY_STREAMS: Close.TOO_MANY,
    Code.GOING_AWAY: Close.GOING_AWAY,
    Code.UNAVAILABLE: Close.TRY_LATER,
}


def ending_of(error: RequestError) -> Ended:
    """What this error means for a whole socket."""
    if isinstance(error, Ended):
        return error
    close = _CLOSES.get(Code(error.code), Close.INTERNAL)
    return Ended(error.code, error.template, close, values=error.values)


class ReaderGone(Exception):
    """Nobody reads any more: hung up, or too slow to be waited for. There is nobody to tell."""


def credential_over() -> Ended:
    """The token was revoked or expired, or its user was disabled."""
    return Ended(
        Code.UNAUTHENTICATED, "This token is unknown, expired or revoked; sign in again.", Close.FORBIDDEN
    )


def rights_lost() -> Ended:
    """What was open may show more than may be seen now; the client may ask again."""
    return Ended(Code.RIGHTS_CHANGED, "Your rights have changed; subscribe again.", Close.FORBIDDEN)


def going_away() -> Ended:
    """The process stops."""
    return Ended(Code.GOING_AWAY, "The server restarts; subscribe again.", Close.GOING_AWAY)


def too_many_streams(limit: int, *, of_tenant: bool) -> Ended:
    """A limit on what is open at once."""
    if of_tenant:
        return Ended(
            Code.TOO_MANY_STREAMS, "A helpdesk may have {limit} connections open at once.", Close.TOO_MANY,
            limit=limit,
        )  # fmt: skip
    return Ended(
        Code.TOO_MANY_STREAMS,
        "A token may have {limit} connections open at once.",
        Close.TOO_MANY,
        limit=limit,
    )
