"""Store what arrives at a signed address, if it is what was announced."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.files.errors import UploadExpired, UploadNotFound, WrongDigest, WrongSize
from core.files.sniffing import content_type
from core.files.storage import FileDraft
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


def check_content(announced: Announced, draft: FileDraft) -> str:
    """The type that the content shows. Raises WrongSize, WrongDigest, WrongContent."""
    if draft.size != announced.byte_size:
        raise WrongSize(size=draft.size, announced=announced.byte_size)
    if draft.sha256 != announced.sha256:
        raise WrongDigest
    return content_type(draft.head, announced.content_type)


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
