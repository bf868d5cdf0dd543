"""Store what arrives at a signed address, if it is what was announced."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.files.errors import UploadExpired, UploadNotFound, WrongDigest, WrongSize
from core.files.sniffing import HEAD, content_type
from core.kit.database import execute, fetch_one

KEPT_UNUSED = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Announced:
    """What was said of a file before it came."""

    id: UUID
    content_type: str
    byte_size: int
    sha256: str

    @property
    def blob_key(self) -> str:
        return str(self.id)


async def find_announced(tenant_id: UUID, upload_id: UUID, now: datetime) -> Announced:
    """The upload that a signed address is for: the address is the credential. Raises UploadNotFound, UploadExpired."""
    row = await fetch_one(
        "select id, content_type, byte_size, sha256, state, expires_at from uploads"
        " where tenant_id = :tenant and id = :id",
        {"tenant": tenant_id, "id": upload_id},
    )
    if row is None or row["state"] == "EXPIRED":
        raise UploadNotFound
    if row["state"] != "USED" and row["expires_at"] <= now:
        raise UploadExpired
    return Announced(row["id"], row["content_type"], row["byte_size"], row["sha256"])


class Arriving:
    """Content on its way into the storage, which is looked at as it passes. An iterator of pieces: it raises WrongSize,
    WrongDigest or WrongContent at its end, so that what is not what was announced is never kept."""

    def __init__(self, announced: Announced, pieces: AsyncGenerator[bytes, None]) -> None:
        self._announced = announced
        self._pieces = pieces
        self._hash = hashlib.sha256()
        self._size = 0
        self._head = b""
        self.content_type = ""
        """The type that the content shows, once all of it has passed."""

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        async with aclosing(self._pieces) as pieces:
            async for piece in pieces:
                await asyncio.to_thread(self._hash.update, piece)
                self._size += len(piece)
                self._head += piece[: max(0, HEAD - len(self._head))]
                yield piece
        if self._size != self._announced.byte_size:
            raise WrongSize(size=self._size, announced=self._announced.byte_size)
        if self._hash.hexdigest() != self._announced.sha256:
            raise WrongDigest
        self.content_type = content_type(self._head, self._announced.content_type)


async def mark_stored(tenant_id: UUID, upload_id: UUID, kind: str, now: datetime) -> None:
    """The bytes are in the storage. May be repeated. Raises UploadNotFound when the upload was given up meanwhile."""
    stored = await execute(
        "update uploads set state = case when state = 'PENDING' then 'STORED' else state end,"
        " content_type = :kind, expires_at = case when state = 'PENDING' then :expires else expires_at end"
        " where tenant_id = :tenant and id = :id and state in ('PENDING', 'STORED', 'USED')",
        {"tenant": tenant_id, "id": upload_id, "kind": kind, "expires": now + KEPT_UNUSED},
    )
    if not stored:
        raise UploadNotFound
