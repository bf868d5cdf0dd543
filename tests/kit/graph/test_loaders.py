"""What is loaded once is handed to everybody who waits for it."""

import asyncio
from collections.abc import Sequence

import pytest

from core.kit.graph import Request


async def _doubled(keys: Sequence[int]) -> list[int]:
    await asyncio.sleep(0)
    return [key * 2 for key in keys]


async def _refused(_keys: Sequence[int]) -> list[int]:
    await asyncio.sleep(0)
    raise LookupError


async def test_who_is_cancelled_does_not_cancel_others_who_wait_for_the_same() -> None:
    """As graphql-core does with the fields beside one whose error made their parent null."""
    loader = Request(ctx=None, locale="en", app=None).loader("doubled", _doubled)

    async def wait() -> int:
        found: int = await loader.load(21)
        return found

    one, other = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    one.cancel()

    assert await asyncio.wait_for(other, 5) == 42
    with pytest.raises(asyncio.CancelledError):
        await one


async def test_a_failed_load_is_told_to_everybody_who_waits() -> None:
    loader = Request(ctx=None, locale="en", app=None).loader("refused", _refused)

    answers = await asyncio.gather(loader.load(1), loader.load(1), loader.load(2), return_exceptions=True)

    assert [type(each) for each in answers] == [LookupError] * 3
