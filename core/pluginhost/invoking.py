"""Calls of providers. Each has a deadline, an end that is known, a breaker that keeps what fails from being called on
and on, and a line in the log."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, TypeVar
from uuid import UUID

from core.kit.logging import get_logger
from core.pluginhost.bounded import TooMuchHangs, bounded
from core.pluginhost.breakers import Breaker, Breakers, Outcome
from core.pluginhost.configs import ConfigInvalid
from core.pluginhost.isolation import Broken, attempt_async
from core.pluginhost.threads import Threads
from core.pluginhost.watching import Watched
from core.sdk import AuthFailed, ProviderError, Rejected, Retry, Unreachable

log = get_logger(__name__)
Result = TypeVar("Result")

ABANDONED_THREADS = 4
"""With so many threads of a plugin that never came back, none of its blocking code is called."""


class NotCalled(Retry):
    """It failed too often of late, and is left alone for a while."""


@dataclass(frozen=True, slots=True)
class Call:
    """What is called. Without `instance`, for what is not saved yet, nothing is remembered of it."""

    plugin: str
    provider: str
    operation: str
    tenant_id: UUID
    instance: UUID | None = None
    blocks: bool = False
    """The code is a plain function that runs in a thread."""
    blocked: Callable[[float], None] = lambda _seconds: None
    """Called where code that is none of those held up everybody, with the longest time."""


class Calls:
    """Makes the calls of a process, and remembers how they ended."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._threads = Threads()
        self._breakers = Breakers()

    async def invoke(self, call: Call, code: Callable[[], Any], *, seconds: float) -> Any:
        """What the provider answers. Raises ProviderError as the provider does, Unreachable when the time is up,
        NotCalled when it is not even asked, and Broken for everything else it raises. Code that blocks without saying
        so cannot be cut off."""
        began, outcome, end, breaker = time.perf_counter(), "cancelled", Outcome.UNKNOWN, None
        try:
            breaker = self._let_through(call)
            answer = await _timed(call.plugin, call.operation, lambda: self._run(call, code), seconds)
            outcome, end = "ok", Outcome.GOOD
            return answer
        except (ProviderError, Broken) as error:
            outcome, end = _told(error)
            raise
        finally:
            if breaker is not None:
                self._breakers.ended(
                    breaker, end, self._clock(), plugin=call.plugin, tenant_id=call.tenant_id
                )
            log.info(
                "plugin.called", plugin=call.plugin, provider=call.provider, operation=call.operation, outcome=outcome,
                instance=call.instance and str(call.instance), seconds=round(time.perf_counter() - began, 3),
            )  # fmt: skip

    async def validate(self, plugin: str, code: Callable[[], Result], *, seconds: float) -> Result:
        """What an author's code for configurations returns: plain functions that reach nothing. Raises ConfigInvalid
        as it does, and Broken for everything else, also when the time is up."""

        async def within() -> Result:
            if self._lacks_threads(plugin):
                raise RuntimeError("too many threads of this plugin never came back")
            async with asyncio.timeout(seconds):
                return await self._threads.run(plugin, "validate", code)

        return await attempt_async(plugin, "validate", within, expected=(ConfigInvalid,))

    def _let_through(self, call: Call) -> Breaker | None:
        """The breaker to report to, None where there is none. Raises NotCalled."""
        now = self._clock()
        if call.blocks and self._lacks_threads(call.plugin):
            raise NotCalled("Too much of this plugin hangs; it is not called any more.")
        if self._breakers.is_plugin_open(call.plugin, now):
            raise NotCalled("This plugin fails for many; it is left alone for a while.")
        if call.instance is None:
            return None
        breaker = self._breakers.of(call.instance, call.operation, now)
        if not breaker.lets_through(now):
            raise NotCalled("This failed too often; it is left alone for a while.")
        return breaker

    def _lacks_threads(self, plugin: str) -> bool:
        return self._threads.abandoned(plugin) >= ABANDONED_THREADS

    def _run(self, call: Call, code: Callable[[], Any]) -> Awaitable[Any]:
        if call.blocks:
            return self._threads.run(call.plugin, call.operation, code)
        return _watched(code, call.plugin, call.operation, call.blocked)


def _told(error: ProviderError | Broken) -> tuple[str, Outcome]:
    """An end for the log, and for the breaker."""
    match error:
        case NotCalled():
            return "not_called", Outcome.UNKNOWN
        case Rejected():
            return "rejected", Outcome.NEUTRAL
        case AuthFailed():
            return "auth_failed", Outcome.BAD
        case Unreachable():
            return "unreachable", Outcome.BAD
        case Retry():
            return "retry", Outcome.BAD
        case _:
            return "broken", Outcome.BROKEN


async def _watched(
    code: Callable[[], Any],
    plugin: str,
    operation: str,
    tell: Callable[[float], None] = lambda _seconds: None,
) -> Any:
    async def within() -> Any:
        found = code()
        return await found if isawaitable(found) else found

    def warn(seconds: float) -> None:
        log.warning("plugin.blocked", plugin=plugin, operation=operation, seconds=round(seconds, 3))
        tell(seconds)

    return await Watched(within(), warn)


async def _timed(
    plugin: str, operation: str, code: Callable[[], Awaitable[Result]], seconds: float
) -> Result:
    """Raises ProviderError as the code does, Unreachable when the time is up, its own or ours, NotCalled when it is not
    even begun, and Broken for everything else that it raises."""

    async def within() -> Result:
        try:
            return await code()
        except TimeoutError as error:
            raise Unreachable("It took too long.") from error

    try:
        # Caught within: an exit that leaves a task ends the process.
        return await bounded(plugin, operation, attempt_async(plugin, operation, within), seconds=seconds)
    except TimeoutError as error:
        raise Unreachable("It took too long.") from error
    except TooMuchHangs as error:
        raise NotCalled("Too much of this plugin hangs; it is not called any more.") from error


async def invoke(
    plugin: str, operation: str, code: Callable[[], Awaitable[Result]], *, seconds: float
) -> Result:
    """What a plugin's own function answers, which is no provider's. Raises ProviderError as it does, Unreachable when
    the time is up, NotCalled, and Broken for everything else it raises."""
    return await _timed(plugin, operation, lambda: _watched(code, plugin, operation), seconds)
