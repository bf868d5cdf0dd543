"""Jobs of files."""

from typing import Any

from core.files.service.discarding import KIND as DISCARD
from core.kit.jobs import Claimed, Handler
from core.sdk.storage import StorageBackend

__all__ = ["DISCARD", "discard_handler"]


def discard_handler(storage: StorageBackend[Any]) -> Handler:
    """Deletes the bytes of files that nothing names any more. What is gone already is gone."""

    async def discard(job: Claimed) -> None:
        await storage.delete(job.payload["blob_keys"])

    return discard
