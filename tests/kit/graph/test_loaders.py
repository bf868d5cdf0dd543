"""What is loaded once is handed to everybody who waits for it."""

import asyncio
import gc
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


async def test_what_nobody_waits_for_any_more_is_not_loaded_to_its_end() -> None:
    """Else a statement would go on after its request was given up."""
    ended: list[str] = []

    async def slow(_keys: Sequence[int]) -> list[int]:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return []

    loader = Request(ctx=None, locale="en", app=None).loader("slow", slow)

    async def wait(key: int) -> None:
        await loader.load(key)

    tasks = [asyncio.create_task(wait(key)) for key in (1, 1, 2)]
    await asyncio.sleep(0.01)
    for task in tasks:
        assert ended == []
        task.cancel()
        await asyncio.sleep(0.01)

    assert ended == ["cancelled"]


async def test_an_error_that_nobody_is_left_to_hear_is_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    async def give_up_at_the_first_error() -> None:
        loader = Request(ctx=None, locale="en", app=None).loader("refused", _refused)

        async def wait(key: int) -> None:
            await loader.load(key)

        tasks = [asyncio.create_task(wait(key)) for key in range(3)]
        await asyncio.wait(tasks, return_when=asyncio.FIRST_EXCEPTION)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    await give_up_at_the_first_error()
    gc.collect()

    assert caplog.records == []
