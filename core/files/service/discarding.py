"""Give up the files of tickets that are purged."""

from collections.abc import Collection
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
    for first in range(0, len(keys), _AT_ONCE):
        await enqueue(ctx, KIND, {"blob_keys": keys[first : first + _AT_ONCE]})
