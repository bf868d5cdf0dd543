"""Who bears a token now: asked for every request and event, and every few seconds by everything that is open.

Asks that come together are answered together. What was found is kept for the version of the tenant's rights that it was
found at: every look reads the versions, which is one row a tenant, and the tokens whose tenant has a new one. What
reads, and what writes in a transaction from the start, may presume that the version is still the same, and has it asked
with its first connection.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from contextvars import Context
from datetime import UTC, datetime
from uuid import UUID

from core.identity.queries import Bearer, find_bearer, find_bearers, rights_versions
from core.identity.tokens import hash_of
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
        self._kept: OrderedDict[UUID, Bearer] = OrderedDict()
        self._by_hash: dict[str, UUID] = {}
        self._versions: OrderedDict[UUID, int] = OrderedDict()
        """The last version of each tenant that was read."""
        self._changing: set[UUID] = set()
        """Tenants that had another version when it was last read. Where rights change one after the other, presuming
        would fail each time, and cost a connection."""

    def presumed(self, secret: str) -> Bearer | None:
        """Who bore this token when that was last read; None when that is not known, or nothing any more. Whoever uses
        it asks whether the tenant's rights still have that version."""
        token_id = self._by_hash.get(hash_of(secret))
        bearer = None if token_id is None else self._kept[token_id]
        if bearer is None or self._versions.get(bearer.viewer.tenant_id) != bearer.version:
            return None
        if bearer.viewer.tenant_id in self._changing:
            return None
        if bearer.expires_at is not None and bearer.expires_at <= datetime.now(UTC):
            return None
        self._kept.move_to_end(bearer.token_id)
        return bearer

    async def bearing(self, secret: str) -> Viewer | None:
        """Who bears this token, read after this was asked; None when it is unknown or over."""
        hashed = hash_of(secret)
        if (token_id := self._by_hash.get(hashed)) is not None:
            return (await self._still(self._kept[token_id].viewer)).get(token_id)
        bearer = await find_bearer(hashed, datetime.now(UTC))
        if bearer is None:
            return None
        self._keep(bearer)
        return bearer.viewer

    async def _still(self, viewer: Viewer) -> dict[UUID, Viewer]:
        try:
            return await self.now([viewer])
        except TimeoutError as error:
            raise ConnectionError("the database did not say in time who bears a token") from error

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
        for tenant_id, version in versions.items():
            if self._versions.get(tenant_id, version) == version:
                self._changing.discard(tenant_id)
            else:
                self._changing.add(tenant_id)
        self._note(versions)
        for token_id, tenant_id in asked.items():
            bearer = self._kept.get(token_id)
            if bearer is None or bearer.version != versions.get(tenant_id):
                unknown.append(token_id)
            elif bearer.expires_at is None or bearer.expires_at > now:
                self._kept.move_to_end(token_id)
                found[token_id] = bearer.viewer
        for start in range(0, len(unknown), _AT_ONCE):
            found |= await self._read(unknown[start : start + _AT_ONCE], now)
        return found

    async def _read(self, token_ids: list[UUID], now: datetime) -> dict[UUID, Viewer]:
        async with asyncio.timeout(_LONGEST_SECONDS):
            bearers = await find_bearers(token_ids, now)
        for token_id in token_ids:
            self._forget(token_id)
        for bearer in bearers.values():
            self._keep(bearer)
        return {token_id: bearer.viewer for token_id, bearer in bearers.items()}

    def _note(self, versions: Mapping[UUID, int]) -> None:
        for tenant_id, version in versions.items():
            self._versions[tenant_id] = version
            self._versions.move_to_end(tenant_id)
        while len(self._versions) > MOST_KEPT:
            self._changing.discard(self._versions.popitem(last=False)[0])

    def _keep(self, bearer: Bearer) -> None:
        self._note({bearer.viewer.tenant_id: bearer.version})
        self._kept[bearer.token_id] = bearer
        self._by_hash[bearer.hash] = bearer.token_id
        while len(self._kept) > MOST_KEPT:
            self._forget(next(iter(self._kept)))

    def _forget(self, token_id: UUID) -> None:
        if (bearer := self._kept.pop(token_id, None)) is not None:
            del self._by_hash[bearer.hash]

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
