"""Notes when tokens are used: beside the request and not in it, and at most once a minute for each token."""

import asyncio
from datetime import datetime
from uuid import UUID

from core.identity.service.tokens import USE_NOTED_EVERY, note_use
from core.kit.context import acting_for
from core.kit.logging import get_logger

log = get_logger(__name__)


class LastUse:
    """The notes under way. One instance per process."""

    def __init__(self) -> None:
        self._running: dict[UUID, asyncio.Task[None]] = {}

    def note(self, token_id: UUID, tenant_id: UUID, noted_at: datetime | None, now: datetime) -> None:
        """Begin a note, unless the last one is fresh or one is under way."""
        if token_id in self._running or (noted_at is not None and now - noted_at < USE_NOTED_EVERY):
            return
        task = asyncio.create_task(self._write(token_id, tenant_id, now))
        self._running[token_id] = task
        task.add_done_callback(lambda done: self._finish(token_id, done))

    async def _write(self, token_id: UUID, tenant_id: UUID, now: datetime) -> None:
        with acting_for(tenant_id):
            await note_use(token_id, tenant_id, now)

    def _finish(self, token_id: UUID, task: asyncio.Task[None]) -> None:
        del self._running[token_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            # A note that is missing harms nobody; the request itself tells when the database is away.
            log.warning("session.use_not_noted", error=repr(error))

    async def aclose(self) -> None:
        """Wait for what is under way, before connections close."""
        await asyncio.gather(*self._running.values(), return_exceptions=True)
