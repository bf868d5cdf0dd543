"""The worker's part of a deletion: the log goes a batch at a time, since no request can wait for a long one."""

from uuid import UUID

from core.kit.database import execute
from core.kit.jobs import Claimed, GoOnLater

ERASE = "webhooks.erase"
"""The kind of job that erases a deleted webhook: `{"webhook": key}`."""

BATCH = 5000
MOST_BATCHES = 20
"""In one turn; then other jobs go first."""

_SOME = """
delete from webhook_deliveries where tenant_id = :tenant and id = any(array(
  select id from webhook_deliveries where tenant_id = :tenant and webhook_id = :id limit :batch))
"""


async def erase(job: Claimed) -> None:
    """Erase the log of a deleted webhook, and at last the webhook. What is gone stays gone, wherever it is cut off."""
    values = {"tenant": job.tenant_id, "id": UUID(job.payload["webhook"])}
    for _ in range(MOST_BATCHES):
        if await execute(_SOME, {**values, "batch": BATCH}) < BATCH:
            await execute(
                "delete from webhooks where tenant_id = :tenant and id = :id and state = 'DELETED'", values
            )
            return
    raise GoOnLater
