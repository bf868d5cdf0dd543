"""Who bears a token now: asked for every event and every few seconds, by everything that is open.

Asks that come together are answered together. What was found is kept for the version of the tenant's rights that it was
found at: every look reads the versions, which is one row a tenant, and the tokens whose tenant has a new one.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from contextvars import Context
from datetime import UTC, datetime
from uuid import UUID

from core.identity.queries import Bearer, RightsVersion, find_bearers, rights_versions
from core.kit.context import Viewer

_AT_ONCE = 500
_LONGEST_SECONDS = 5
"""A look that takes longer has failed: whoever waits must be able to go on."""
MOST_KEPT = 20_000
"""Bearers of all tenants; the longest unused goes first."""


class Bearers:
    """The look-ups under way, and what was found. One instance per process."""

    def __init__(self) -> None:
        self._next: _Look | None = None
        self._task: asyncio.Task[None] | None = None
        self._kept: OrderedDict[UUID, tuple[RightsVersion, Bearer]] = OrderedDict()

    async def now(self, viewers: Iterable[Viewer]) -> dict[UUID, Viewer]:
        """Who bears the tokens of these viewers, by token, read after this was asked; without those that are over. As
        long as nothing changes it is the same object."""
        asked = {each.token_id: each.tenant_id for each in viewers if each.token_id is not None}
        if not asked:
            return {}
        if self._next is None:
            self._next = _Look()
        look = self._next
        look.asked |= asked
        if self._task is None:
            # A context of its own: whoever asks acts for one tenant, and the look is for all of them.
            self._task = asyncio.create_task(self._run(), context=Context())
        # One of those who wait may be cancelled without taking the answer from the others.
        return await asyncio.shield(look.answer)

    async def _run(self) -> None:
        await asyncio.sleep(0)  # Whoever asks in the same turn of the loop comes along.
        while self._next is not None:
            look, self._next = self._next, None
            try:
                found = await self._found(look.asked)
            except Exception as error:  # Whoever asked is told; the next ask tries again.
                look.answer.set_exception(error)
                look.answer.exception()  # Somebody who no longer waits is no reason to complain.
            else:
                look.answer.set_result(found)
        self._task = None

    async def _found(self, asked: dict[UUID, UUID]) -> dict[UUID, Viewer]:
        now, found, unknown = datetime.now(UTC), dict[UUID, Viewer](), list[UUID]()
        async with asyncio.timeout(_LONGEST_SECONDS):
            versions = await rights_versions(set(asked.values()))
        for token_id, tenant_id in asked.items():
            version, bearer = self._kept.get(token_id, (None, None))
            if bearer is None or version != versions.get(tenant_id):
                unknown.append(token_id)
            elif bearer.expires_at is None or bearer.expires_at > now:
                self._kept.move_to_end(token_id)
                found[token_id] = bearer.viewer
        for start in range(0, len(unknown), _AT_ONCE):
            async with asyncio.timeout(_LONGEST_SECONDS):
                bearers = await find_bearers(unknown[start : start + _AT_ONCE], now)
            for token_id in unknown[start : start + _AT_ONCE]:
                self._kept.pop(token_id, None)
                if (bearer := bearers.get(token_id)) is not None:
                    # It may be newer than the version says, never older; then the next look reads it again.
                    self._keep(token_id, versions.get(asked[token_id]), bearer)
                    found[token_id] = bearer.viewer
        return found

    def _keep(self, token_id: UUID, version: RightsVersion | None, bearer: Bearer) -> None:
        if version is None:
            return
        self._kept[token_id] = (version, bearer)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)

    async def aclose(self) -> None:
        """Wait for the look under way, before connections close."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)


class _Look:
    """One question, and what it is answered by."""

    def __init__(self) -> None:
        self.asked: dict[UUID, UUID] = {}
        """The tenants of tokens, by token."""
        self.answer: asyncio.Future[dict[UUID, Viewer]] = asyncio.get_running_loop().create_future()
