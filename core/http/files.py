"""Files come and go beside GraphQL, at signed addresses that the API hands out:

    PUT /files/uploads/<token>   the bytes of an announced upload
    GET /files/<token>           an attachment
    GET /files/jobs/<token>      what a job made
    GET /files/templates/<token> an empty table to fill in and import

An address is a capability: no cookie and no token is read here, so pages of every origin may use one they were given.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from core.exchange import service as exchange
from core.exchange.formats import FileFormat
from core.files import service
from core.files.errors import (
    BadLink,
    NoSuchFile,
    SentTooSlowly,
    StorageFull,
    TooMuchContent,
    UploadExpired,
    UploadNotFound,
    WrongContent,
    WrongDigest,
    WrongSize,
)
from core.files.naming import disposition
from core.files.queries import StoredFile, find_file, find_job_file
from core.files.service import Announced, Arriving
from core.files.signing import DOWNLOAD_SECONDS
from core.http.ranges import ranged_response
from core.kit.context import acting_for
from core.kit.database import is_unavailable
from core.kit.errors import DomainError
from core.kit.i18n import choose_locale, translate
from core.kit.logging import get_logger
from core.runtime import Runtime
from core.sdk import ProviderError
from core.sdk.storage import StorageBackend
from core.sdk.storage import StorageFull as NoRoom

log = get_logger(__name__)

BUFFER = 256 * 1024
IDLE_SECONDS = 60
DISCARDED = 8 * 1024 * 1024
"""How much of a refused body is read before the connection is closed."""
_ANSWERS: dict[type[DomainError], tuple[int, str]] = {
    BadLink: (403, "BAD_LINK"),
    UploadExpired: (403, "BAD_LINK"),
    UploadNotFound: (404, "NOT_FOUND"),
    NoSuchFile: (404, "NOT_FOUND"),
    SentTooSlowly: (408, "TIMEOUT"),
    TooMuchContent: (413, "WRONG_SIZE"),
    WrongSize: (400, "WRONG_SIZE"),
    WrongDigest: (400, "WRONG_DIGEST"),
    WrongContent: (415, "WRONG_CONTENT"),
    StorageFull: (507, "STORAGE_FULL"),
}
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT = {
    **_ANY_ORIGIN,
    "Access-Control-Allow-Methods": "GET, HEAD, PUT, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type, Range, If-Range",
    "Access-Control-Max-Age": "600",
}
_HARMLESS = {
    **_ANY_ORIGIN,
    "Access-Control-Expose-Headers": "Content-Disposition, Content-Range, ETag",
    "Cache-Control": f"private, max-age={DOWNLOAD_SECONDS}",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
ReadLink = Callable[[str], tuple[UUID, UUID] | None]
FindFile = Callable[[UUID, UUID], Awaitable[StoredFile | None]]
Endpoint = Callable[[Request], Awaitable[Response]]


def file_routes(runtime: Runtime) -> list[BaseRoute]:
    """The routes of uploads and downloads."""
    edge = FileEdge(runtime)
    return [
        Route("/files/uploads/{token}", _answering(edge.upload), methods=["PUT", "OPTIONS"]),
        Route("/files/jobs/{token}", _answering(edge.download_job_file), methods=["GET", "HEAD", "OPTIONS"]),
        Route("/files/templates/{token}", _answering(edge.template), methods=["GET", "HEAD", "OPTIONS"]),
        Route("/files/{token}", _answering(edge.download), methods=["GET", "HEAD", "OPTIONS"]),
    ]


def _answering(serve: Endpoint) -> Endpoint:
    """Refusals become JSON of the same shape as the API's errors, in the caller's language."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_PREFLIGHT)
        try:
            return await serve(request)
        except DomainError as error:
            status, code = _ANSWERS[type(error)]
            locale = choose_locale(request.headers.get("accept-language"))
            return _refusal(status, code, translate(error.message, locale).format(**error.values))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except ProviderError as error:
            log.error("files.storage_failed", exception=type(error).__name__)
            return _refusal(503, "UNAVAILABLE", "The storage of files cannot be reached; try again soon.")
        except Exception as error:  # the outermost edge: a stopped database is worth another try
            if not is_unavailable(error):
                raise
            return _refusal(503, "UNAVAILABLE", "The database cannot be reached; try again soon.")

    return endpoint


def _refusal(status: int, code: str, message: str) -> Response:
    body = {"errors": [{"message": message, "extensions": {"code": code}}]}
    # The rest of a refused body is not worth reading: the connection ends with the answer.
    headers = {**_ANY_ORIGIN, "Cache-Control": "no-store", "Connection": "close"}
    return JSONResponse(body, status_code=status, headers=headers)


class FileEdge:
    """Receives and sends bytes."""

    def __init__(self, runtime: Runtime) -> None:
        self._links = runtime.files
        self._storage = runtime.storage

    async def upload(self, request: Request) -> Response:
        """Store the body as the announced upload. The same bytes may be sent again."""
        tenant_id, announced = await self._announced(request)
        with acting_for(tenant_id):
            arriving = Arriving(announced, _received(request, announced.byte_size))
            try:
                await _put(self._storage, announced.blob_key, aiter(arriving))
            except NoRoom as error:
                log.error("files.storage_full", upload=announced.blob_key)
                raise StorageFull from error
            await self._mark(announced, tenant_id, arriving.content_type)
        return Response(status_code=204, headers={**_ANY_ORIGIN, "ETag": f'"{announced.sha256}"'})

    async def _announced(self, request: Request) -> tuple[UUID, Announced]:
        located = self._links.read_upload(request.path_params["token"])
        try:
            if located is None:
                raise BadLink
            with acting_for(located[0]):
                return located[0], await service.find_announced(*located, datetime.now(UTC))
        except DomainError:
            await _discard(request)
            raise

    async def _mark(self, announced: Announced, tenant_id: UUID, kind: str) -> None:
        try:
            await service.mark_stored(tenant_id, announced.id, kind, datetime.now(UTC))
        except UploadNotFound:
            await self._storage.delete([announced.blob_key])
            raise

    async def download(self, request: Request) -> Response:
        """An attachment, whole or a range. Whatever is wrong, the answer is the same 404."""
        return await self._download(request, self._links.read_download, find_file)

    async def download_job_file(self, request: Request) -> Response:
        """What a job made, in the same way."""
        return await self._download(request, self._links.read_job_file, find_job_file)

    async def template(self, request: Request) -> Response:
        """A table with nothing but headings."""
        located = self._links.read_template(request.path_params["token"])
        if located is None:
            raise NoSuchFile
        tenant_id, (kind, format, locale) = located
        with acting_for(tenant_id):
            headings = await exchange.headings_of(tenant_id, exchange.ImportKind(kind), locale)
        made = await asyncio.to_thread(exchange.template, headings, FileFormat(format))
        name = f"{kind.lower()}-template.{format.lower()}"
        headers = {**_HARMLESS, "Content-Disposition": disposition(name)}
        return Response(made, headers=headers, media_type=FileFormat(format).content_type)

    async def _download(self, request: Request, read_link: ReadLink, find: FindFile) -> Response:
        located = read_link(request.path_params["token"])
        if located is None:
            raise NoSuchFile
        with acting_for(located[0]):
            file = await find(*located)
        if file is None:
            raise NoSuchFile
        size = await self._storage.size(file.blob_key)
        if size is None:
            log.error("files.bytes_missing", file=str(located[1]))
            raise NoSuchFile
        read = partial(self._storage.read, file.blob_key)
        return ranged_response(request, read, size, headers=_download_headers(file))


def _download_headers(file: StoredFile) -> dict[str, str]:
    return {
        **_HARMLESS,
        "Content-Type": file.content_type,
        "Content-Disposition": disposition(file.file_name),
        "ETag": f'"{file.sha256}"',
    }


async def _received(request: Request, expected: int) -> AsyncGenerator[bytes, None]:
    """The body, a buffer at a time. Raises TooMuchContent, SentTooSlowly."""
    buffer, seen = bytearray(), 0
    async with aclosing(request.stream()) as stream:
        while (chunk := await _next(stream)) is not None:
            seen += len(chunk)
            if seen > expected + DISCARDED:
                break
            if seen <= expected:
                buffer += chunk
            if len(buffer) >= BUFFER:
                yield bytes(buffer)
                buffer.clear()
    if seen > expected:
        raise TooMuchContent(announced=expected)
    if buffer:
        yield bytes(buffer)


async def _next(stream: AsyncGenerator[bytes, None]) -> bytes | None:
    """What is sent next, None at the end. The sender alone is timed, not the storage; and within one call, since
    storages may ask for each piece in a task of its own. Raises SentTooSlowly."""
    try:
        async with asyncio.timeout(IDLE_SECONDS):
            return await anext(stream, None)
    except TimeoutError as error:
        raise SentTooSlowly(seconds=IDLE_SECONDS) from error


async def _put(storage: StorageBackend[Any], key: str, content: AsyncGenerator[bytes, None]) -> None:
    """Store the content, and close it. A storage that fails may still be waiting for the next piece; then it is closed
    when that has come."""
    try:
        await storage.put(key, content)
    finally:
        with suppress(RuntimeError):
            await content.aclose()


async def _discard(request: Request) -> None:
    """Read what is sent in vain: a client that is cut off while it still sends may never see the answer."""
    seen = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(IDLE_SECONDS):
            async for chunk in request.stream():
                seen += len(chunk)
                if seen > DISCARDED:
                    return
