"""Announce a file: its name, type, size and hash are fixed before any byte comes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.files.errors import BadDigest, BadSize, FileTooLarge, TooManyWaiting
from core.files.models import Upload
from core.files.naming import clean_name, clean_type
from core.files.signing import UPLOAD_SECONDS
from core.kit.context import Context
from core.kit.database import fetch_value, take_turns
from core.kit.errors import DomainError, Errors

MOST_WAITING = 100
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class NewUpload:
    """A file that somebody is about to send."""

    file_name: str
    content_type: str
    byte_size: int
    sha256: str


async def announce_upload(ctx: Context, new: NewUpload, *, largest: int) -> UUID:
    """Announce a file. Raises Errors for what is wrong with it, FileTooLarge, TooManyWaiting (100 unused ones)."""
    name, kind, sha256 = _checked(new, largest)
    await _room_to_wait(ctx)
    upload = await Upload.create(
        id=ctx.new_id(),
        created_at=ctx.now(),
        user_id=ctx.viewer.user_id,
        file_name=name,
        content_type=kind,
        byte_size=new.byte_size,
        sha256=sha256,
        expires_at=ctx.now() + timedelta(seconds=UPLOAD_SECONDS),
    )
    return upload.id


def _checked(new: NewUpload, largest: int) -> tuple[str, str, str]:
    errors: list[DomainError] = []

    def cleaned(clean: Callable[[str], str], given: str) -> str:
        try:
            return clean(given)
        except DomainError as error:
            errors.append(error)
            return ""

    name, kind = cleaned(clean_name, new.file_name), cleaned(clean_type, new.content_type)
    sha256 = new.sha256.strip().lower()
    if new.byte_size < 0:
        errors.append(BadSize(path=("byteSize",)))
    if new.byte_size > largest:
        errors.append(FileTooLarge(path=("byteSize",), limit=largest))
    if not _SHA256.fullmatch(sha256):
        errors.append(BadDigest(path=("sha256",)))
    if errors:
        raise Errors(errors)
    return name, kind, sha256


async def _room_to_wait(ctx: Context) -> None:
    values = {"tenant": ctx.tenant_id, "me": ctx.viewer.user_id, "now": ctx.now()}
    # The lock lets one user announce one file at a time, so that the count holds.
    await take_turns("uploads", ctx.viewer.user_id)
    waiting = await fetch_value(
        "select count(*) from uploads where tenant_id = :tenant and user_id = :me and state in ('PENDING', 'STORED')"
        " and expires_at > :now",
        values,
    )
    if waiting >= MOST_WAITING:
        raise TooManyWaiting(limit=MOST_WAITING)
