"""Files that jobs make for whoever asked: reserved, written beside, and there whole or not at all.

The row comes first and names the key of the bytes. So a job that begins anew writes over what it left, and whatever
becomes of it, its bytes are found and deleted when the row expires.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_one, transaction
from core.sdk.storage import StorageBackend

KEPT = timedelta(days=3)
_PIECE = 256 * 1024
_RESERVE = """
insert into job_files (id, tenant_id, created_at, job_id, user_id, file_name, content_type, byte_size, sha256, state,
  expires_at)
values (:id, :tenant, :now, :job, :me, :name, :kind, 0, '', 'MAKING', :expires)
on conflict (tenant_id, job_id) do update set expires_at = excluded.expires_at
returning id, state
"""


@dataclass(frozen=True, slots=True)
class Reserved:
    """The place of a job's file. `is_ready` where an earlier attempt came to its end."""

    id: UUID
    is_ready: bool


async def reserve_file(ctx: Context, job_id: UUID, file_name: str, content_type: str) -> Reserved:
    """Take the place of the job's file, for the viewer."""
    row = await fetch_one(
        _RESERVE,
        {
            "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "job": job_id, "me": ctx.viewer.user_id,
            "name": file_name, "kind": content_type, "expires": ctx.now() + KEPT,
        },
    )  # fmt: skip
    assert row is not None
    return Reserved(row["id"], row["state"] == "READY")


@dataclass(frozen=True, slots=True)
class Stored:
    """Bytes that are in the storage, before anybody is told of them."""

    id: UUID
    byte_size: int
    sha256: str


async def store_file(storage: StorageBackend[Any], reserved: Reserved, path: Path) -> Stored:
    """Put a finished file of this machine into the storage. May be repeated."""
    size, digest = await asyncio.to_thread(_measured, path)
    await storage.put(str(reserved.id), _pieces(path))
    return Stored(reserved.id, size, digest)


async def show_file(ctx: Context, stored: Stored) -> None:
    """Let whoever asked have the file, in the open transaction in which the job is said to be done."""
    await execute(
        "update job_files set state = 'READY', byte_size = :size, sha256 = :sha256, expires_at = :expires"
        " where tenant_id = :tenant and id = :id",
        {
            "tenant": ctx.tenant_id, "id": stored.id, "size": stored.byte_size, "sha256": stored.sha256,
            "expires": ctx.now() + KEPT,
        },
    )  # fmt: skip


async def expire_job_files(ctx: Context, storage: StorageBackend[Any]) -> int:
    """Delete the tenant's files of jobs that have had their time, and say how many. May be interrupted anywhere: rows
    go last."""
    values = {"tenant": ctx.tenant_id, "now": ctx.now()}
    rows = await fetch(
        "select id from job_files where tenant_id = :tenant and expires_at <= :now limit 1000", values
    )
    keys = [row["id"] for row in rows]
    await storage.delete([str(key) for key in keys])
    async with transaction():
        await execute(
            "delete from job_files where tenant_id = :tenant and id = any(:ids) and expires_at <= :now",
            {**values, "ids": keys},
        )
    return len(keys)


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


async def _pieces(path: Path) -> AsyncGenerator[bytes, None]:
    file: BinaryIO = await asyncio.to_thread(path.open, "rb")
    try:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
    finally:
        await asyncio.to_thread(file.close)
