"""Who bears a token now: asked for every event and every few seconds, by everything that is open, so asks that
come together are answered by one query."""

import asyncio
from contextvars import Context
from datetime import UTC, datetime
from uuid import UUID

from core.identity.queries import find_bearers
from core.kit.context import Viewer

_AT_ONCE = 500
_LONGEST_SECONDS = 5
"""A look that takes longer has failed: whoever waits must be able to go on."""


class Bearers:
    """The look-ups under way. One instance per process."""

    def __init__(self) -> None:
        self._asked: dict[UUID, asyncio.Future[Viewer | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def now(self, token_id: UUID) -> Viewer | None:
        """The token's viewer, read after this was asked; None when the token is over."""
        found = self._asked.get(token_id)
        if found is None:
            found = self._asked[token_id] = asyncio.get_running_loop().create_future()
        if self._task is None:
            # A context of its own: whoever asks acts for one tenant, and the look is for all of them.
            self._task = asyncio.create_task(self._run(), context=Context())
        # One of those who wait may be cancelled without taking the answer from the others.
        return await asyncio.shield(found)

    async def _run(self) -> None:
        await asyncio.sleep(0)  # Whoever asks in the same turn of the loop comes along.
        while self._asked:
            asked = dict(list(self._asked.items())[:_AT_ONCE])
            for token_id in asked:
                del self._asked[token_id]
            await self._answer(asked)
        self._task = None

    async def _answer(self, asked: dict[UUID, "asyncio.Future[Viewer | None]"]) -> None:
        try:
            async with asyncio.timeout(_LONGEST_SECONDS):
                viewers = await find_bearers(list(asked), datetime.now(UTC))
        except Exception as error:  # Whoever asked is told; the next ask tries again.
            for future in asked.values():
                future.set_exception(error)
                future.exception()  # Somebody who no longer waits is no reason to complain.
            return
        for token_id, future in asked.items():
            future.set_result(viewers.get(token_id))

    async def aclose(self) -> None:
        """Wait for the look under way, before connections close."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
