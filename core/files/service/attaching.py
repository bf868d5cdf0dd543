"""What a message may be given: stored uploads of the writer's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.files.errors import NotArrived
from core.kit.context import Context
from core.kit.database import fetch, fetch_one
from core.kit.errors import DomainError, Errors, LimitExceeded, NotFound

MOST_UPLOADS = 20


async def check_uploads(ctx: Context, upload_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """The uploads, if all are stored, unused and the viewer's own. Raises Errors (NotFound, NotArrived), LimitExceeded
    (20)."""
    if not upload_ids:
        return ()
    if len(upload_ids) > MOST_UPLOADS:
        raise LimitExceeded(path=("uploadIds",), limit=MOST_UPLOADS)
    rows = await fetch(
        "select id, state from uploads where tenant_id = :tenant and user_id = :me and id = any(:ids)"
        " and state in ('PENDING', 'STORED') order by id for update",
        {"tenant": ctx.tenant_id, "me": ctx.viewer.user_id, "ids": list(upload_ids)},
    )
    states = {row["id"]: row["state"] for row in rows}
    refused = [
        _refusal(states.get(each), ("uploadIds", str(place)))
        for place, each in enumerate(upload_ids)
        if states.get(each) != "STORED"
    ]
    if refused:
        raise Errors(refused)
    return tuple(dict.fromkeys(upload_ids))


def _refusal(state: str | None, path: tuple[str, ...]) -> DomainError:
    return NotFound(path=path) if state is None else NotArrived(path=path)


@dataclass(frozen=True, slots=True)
class HeldUpload:
    """A stored upload that a job is to read."""

    id: UUID
    file_name: str
    sha256: str


async def hold_upload(ctx: Context, upload_id: UUID, until: datetime) -> HeldUpload | None:
    """The viewer's own stored upload, kept until then at least; None where there is none. It may be read by several
    jobs, and still be attached to a message."""
    row = await fetch_one(
        "update uploads set expires_at = greatest(expires_at, :until) where tenant_id = :tenant and id = :id"
        " and user_id = :me and state = 'STORED' and expires_at > :now returning id, file_name, sha256",
        {
            "tenant": ctx.tenant_id, "id": upload_id, "me": ctx.viewer.user_id, "until": until, "now": ctx.now(),
        },
    )  # fmt: skip
    return HeldUpload(**dict(row)) if row is not None else None
