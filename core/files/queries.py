"""Reads of files, and the statement by which others hang stored uploads on a message in its own transaction."""

from dataclasses import dataclass
from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import fetch_one

ATTACH_UPLOADS = """
with used as (
  update uploads set state = 'USED' where tenant_id = :tenant and id = any(:uploads::uuid[]) and state = 'STORED'
  returning id, file_name, content_type, byte_size, sha256
)
insert into attachments
  (id, tenant_id, created_at, message_id, ticket_id, file_name, content_type, byte_size, sha256, blob_key)
select x.id, :tenant, :now, :message, :ticket, u.file_name, u.content_type, u.byte_size, u.sha256, u.id::text
from unnest(:ids::uuid[], :uploads::uuid[]) x(id, upload) join used u on u.id = x.upload
"""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """An attachment as it is handed out."""

    file_name: str
    content_type: str
    byte_size: int
    sha256: str
    blob_key: str


async def find_file(tenant_id: UUID, attachment_id: UUID) -> StoredFile | None:
    """The attachment that a signed address is for. Asks nobody's sight: the address was given to one who has it."""
    row = await fetch_one(
        "select file_name, content_type, byte_size, sha256, blob_key from attachments"
        " where tenant_id = :tenant and id = :id",
        {"tenant": tenant_id, "id": attachment_id},
    )
    return StoredFile(**dict(row)) if row is not None else None


async def find_job_file(tenant_id: UUID, file_id: UUID) -> StoredFile | None:
    """The file of a job that a signed address is for, while it is kept. Asks nobody's sight, as `find_file`."""
    row = await fetch_one(
        "select file_name, content_type, byte_size, sha256, id::text as blob_key from job_files"
        " where tenant_id = :tenant and id = :id and state = 'READY' and expires_at > now()",
        {"tenant": tenant_id, "id": file_id},
    )
    return StoredFile(**dict(row)) if row is not None else None


def job_file_sight(viewer: Viewer, t: str) -> str:
    """Files that one's own jobs made, once they are whole and while they are kept."""
    return f"{t}.user_id = :me and {t}.state = 'READY' and {t}.expires_at > now()"


def upload_sight(viewer: Viewer, t: str) -> str:
    """One's own uploads."""
    return f"{t}.user_id = :me"
