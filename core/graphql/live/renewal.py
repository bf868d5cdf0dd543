"""Looking again at who has something open, since what a token may do changes while it is used."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context
from typing import Any, Protocol

from core.graphql.caller import Caller
from core.graphql.live.endings import credential_over, rights_lost
from core.graphql.live.lifeline import Lifeline

log = logging.getLogger(__name__)

_AT_ONCE = 500
"""Callers looked at together."""


class Renewal(Protocol):
    """Knows what became of a caller since they came."""

    async def renew(self, callers: Sequence[Caller]) -> list[Caller | None]:
        """The callers as they are now, read at once; None for those whose credential is over."""

    def has_lost(self, before: Caller, now: Caller) -> bool:
        """Whether the caller may see or do less than before."""

    def as_viewer(self, caller: Caller, viewer: Any) -> Caller:
        """The caller with another viewer, as a source event brings one."""


class NothingChanges:
    """For schemas without credentials."""

    async def renew(self, callers: Sequence[Caller]) -> list[Caller | None]:
        return list(callers)

    def has_lost(self, before: Caller, now: Caller) -> bool:
        return False

    def as_viewer(self, caller: Caller, viewer: Any) -> Caller:
        return caller


class Rechecks:
    """Renews the callers of all lifelines every few seconds, and ends those that may not go on.

    While the database is away nothing ends: there is nothing to be seen then either. The first look after it
    is back decides.
    """

    def __init__(
        self, renewal: Renewal, *, every_seconds: float, is_unavailable: Callable[[BaseException], bool]
    ) -> None:
        self._renewal = renewal
        self._every_seconds = every_seconds
        self._is_unavailable = is_unavailable
        self._lines: set[Lifeline] = set()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def watching(self, line: Lifeline) -> Iterator[None]:
        """Look at this one, too, for the length of the block."""
        self._lines.add(line)
        if self._task is None:
            # A context of its own: what starts the task may act for a tenant.
            self._task = asyncio.create_task(self._run(), context=Context())
        try:
            yield
        finally:
            self._lines.discard(line)
            if not self._lines:
                self._task.cancel()
                self._task = None

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_seconds)
            lines = list(self._lines)
            for start in range(0, len(lines), _AT_ONCE):
                await self._look_again(lines[start : start + _AT_ONCE])

    async def _look_again(self, lines: list[Lifeline]) -> None:
        try:
            callers = await self._renewal.renew([line.opened_by for line in lines])
        except Exception as error:  # The task's outermost edge.
            # The next look is in a moment; ending every stream for one failed look would be worse.
            if isinstance(error, TimeoutError) or self._is_unavailable(error):
                log.warning("live.recheck_unavailable", extra={"streams": len(lines)})
            else:
                log.exception("live.recheck_failed", extra={"streams": len(lines)})
            return
        for line, caller in zip(lines, callers, strict=True):
            if caller is None:
                line.end(credential_over())
            elif self._renewal.has_lost(line.opened_by, caller):
                line.end(rights_lost())
            else:
                line.caller = caller
