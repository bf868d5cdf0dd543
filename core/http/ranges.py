"""Answers that may be asked for in part (RFC 9110, section 14): one range of bytes, or the whole."""

import re
from collections.abc import AsyncIterator, Callable, Mapping

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

Read = Callable[[int, int], AsyncIterator[bytes]]
"""`(start, end)`: the bytes from the one to before the other."""

_RANGE = re.compile(r"\s*bytes\s*=\s*(?:(\d{1,18})\s*-\s*(\d{1,18})?|-\s*(\d{1,18}))\s*", re.IGNORECASE)


def ranged_response(request: Request, read: Read, size: int, *, headers: Mapping[str, str]) -> Response:
    """The content, or the range of it that is asked for; several ranges at once are answered with the whole, as the
    specification allows. `headers` hold the ETag that `If-Range` is compared with."""
    told = {**headers, "Accept-Ranges": "bytes"}
    wanted = _range(request, headers.get("ETag", ""))
    if wanted is None:
        return _part(request, read, 0, size, 200, told)
    start, end = _within(wanted, size)
    if start >= end:
        return Response(status_code=416, headers={**told, "Content-Range": f"bytes */{size}"})
    return _part(request, read, start, end, 206, {**told, "Content-Range": f"bytes {start}-{end - 1}/{size}"})


def _range(request: Request, etag: str) -> re.Match[str] | None:
    condition = request.headers.get("if-range")
    if request.method != "GET" or (condition is not None and condition != etag):
        return None
    return _RANGE.fullmatch(request.headers.get("range", ""))


def _within(wanted: re.Match[str], size: int) -> tuple[int, int]:
    first, last, suffix = wanted.groups()
    if suffix is not None:
        return max(0, size - int(suffix)), size
    return int(first), size if last is None else min(size, int(last) + 1)


def _part(
    request: Request, read: Read, start: int, end: int, status: int, headers: dict[str, str]
) -> Response:
    told = {**headers, "Content-Length": str(end - start)}
    if request.method == "HEAD" or start == end:
        return Response(status_code=status, headers=told)
    return StreamingResponse(read(start, end), status_code=status, headers=told)
