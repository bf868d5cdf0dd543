"""Jobs of files."""

import asyncio

from core.files.service.discarding import KIND as DISCARD
from core.files.storage import LocalStorage
from core.kit.jobs import Claimed, Handler

__all__ = ["DISCARD", "discard_handler"]


def discard_handler(storage: LocalStorage) -> Handler:
    """Deletes the bytes of files that nothing names any more. What is gone already is gone."""

    async def discard(job: Claimed) -> None:
        for key in job.payload["blob_keys"]:
            await asyncio.to_thread(storage.remove, key)

    return discard
