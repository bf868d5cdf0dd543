"""Which kind of stream a client of HTTP asks for."""

from typing import Literal

from core.graphql.http_request import media_range

StreamFormat = Literal["text/event-stream", "multipart/mixed"]


def stream_format(accept: str | None) -> StreamFormat | None:
    """The stream that the client likes best, or None where it asks for none.

    `multipart/mixed` counts with `subscriptionSpec`; without it a client means incremental delivery.
    """
    best: StreamFormat | None = None
    best_quality = 0.0
    for item in (accept or "").split(","):
        name, quality = media_range(item)
        if name == "text/event-stream" and quality > best_quality:
            best, best_quality = "text/event-stream", quality
        if name == "multipart/mixed" and "subscriptionspec" in item.lower() and quality > best_quality:
            best, best_quality = "multipart/mixed", quality
    return best
