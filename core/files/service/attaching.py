"""What a message may be given: stored uploads of the writer's own."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import fetch
from core.kit.errors import DomainError, Errors, LimitExceeded, NotFound

MOST_UPLOADS = 20


async def check_uploads(ctx: Context, upload_ids: Sequence[UUID]) -> tuple[UUID, ...]:
    """The uploads, if all are stored, unused and the viewer's own. Raises Errors, LimitExceeded (20)."""
    if not upload_ids:
        return ()
    if len(upload_ids) > MOST_UPLOADS:
        raise LimitExceeded(path=("uploadIds",), limit=MOST_UPLOADS)
    rows = await fetch(
        "select id from uploads where tenant_id = :tenant and user_id = :me and id = any(:ids) and state = 'STORED'"
        " order by id for update",
        {"tenant": ctx.tenant_id, "me": ctx.viewer.user_id, "ids": list(upload_ids)},
    )
    found = {row["id"] for row in rows}
    missing: list[DomainError] = [
        NotFound(path=("uploadIds", str(place))) for place, each in enumerate(upload_ids) if each not in found
    ]
    if missing:
        raise Errors(missing)
    return tuple(dict.fromkeys(upload_ids))
