"""Give up the files of tickets that are purged, and of people who are erased."""

from collections.abc import Collection, Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import erase, fetch
from core.kit.jobs import enqueue

KIND = "files.discard"
_AT_ONCE = 500


async def discard_files_of(ctx: Context, ticket_ids: Collection[UUID]) -> None:
    """Delete the attachments of these tickets in the open transaction, and ask for their bytes to be deleted once it is
    committed: bytes without a row do no harm, a row without its bytes would."""
    values = {"tenant": ctx.tenant_id, "tickets": list(ticket_ids)}
    rows = await fetch(
        "select id, blob_key from attachments where tenant_id = :tenant and ticket_id = any(:tickets)", values
    )
    await erase("attachments", [row["id"] for row in rows])
    keys = [row["blob_key"] for row in rows]
    await erase("uploads", [UUID(key) for key in keys])
    await _discard(ctx, keys)


async def discard_uploads_of(ctx: Context, user_ids: Collection[UUID]) -> None:
    """Delete what these people uploaded and no message uses, as `discard_files_of` does."""
    rows = await fetch(
        "select id from uploads u where tenant_id = :tenant and user_id = any(:users) and not exists"
        " (select from attachments a where a.tenant_id = :tenant and a.blob_key = u.id::text)",
        {"tenant": ctx.tenant_id, "users": list(user_ids)},
    )
    keys = [row["id"] for row in rows]
    await erase("uploads", keys)
    await _discard(ctx, [str(key) for key in keys])


async def _discard(ctx: Context, keys: Sequence[str]) -> None:
    for first in range(0, len(keys), _AT_ONCE):
        await enqueue(ctx, KIND, {"blob_keys": keys[first : first + _AT_ONCE]})
