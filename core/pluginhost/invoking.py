"""Calls of providers, each with a deadline and an end that is known."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from core.pluginhost.isolation import attempt_async
from core.sdk import Unreachable

Result = TypeVar("Result")


async def invoke(
    plugin: str, operation: str, code: Callable[[], Awaitable[Result]], *, seconds: float
) -> Result:
    """What the provider answers. Raises ProviderError as the provider does, Unreachable when the time is up, and Broken
    for everything else it raises. Code that blocks instead of waiting cannot be cut off."""

    async def within() -> Result:
        try:
            async with asyncio.timeout(seconds):
                return await code()
        except TimeoutError as error:
            raise Unreachable("It took too long.") from error

    return await attempt_async(plugin, operation, within)
