"""Notes when tokens are used: beside the request and not in it, and at most once a minute for each token."""

import asyncio
from collections import OrderedDict
from datetime import datetime
from uuid import UUID

from core.identity.service.tokens import USE_NOTED_EVERY, note_use
from core.kit.context import Viewer, acting_for
from core.kit.logging import get_logger

log = get_logger(__name__)


MOST_KEPT = 20_000
"""Tokens whose last note is remembered; the oldest goes first, and then is noted once more than is needed."""


class LastUse:
    """The notes under way, and when this process last noted what. One instance per process."""

    def __init__(self) -> None:
        self._running: dict[UUID, asyncio.Task[None]] = {}
        self._noted: OrderedDict[UUID, datetime] = OrderedDict()

    def note(self, viewer: Viewer, now: datetime) -> None:
        """Begin a note of the use of the viewer's token, unless the last one is fresh."""
        token_id = viewer.token_id
        assert token_id is not None, "who bears no token uses none"
        noted_at = self._noted.get(token_id)
        if token_id in self._running or (noted_at is not None and now - noted_at < USE_NOTED_EVERY):
            return
        self._remember(token_id, now)
        task = asyncio.create_task(self._write(token_id, viewer.tenant_id, now))
        self._running[token_id] = task
        task.add_done_callback(lambda done: self._finish(token_id, done))

    def _remember(self, token_id: UUID, now: datetime) -> None:
        self._noted[token_id] = now
        self._noted.move_to_end(token_id)
        if len(self._noted) > MOST_KEPT:
            self._noted.popitem(last=False)

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
