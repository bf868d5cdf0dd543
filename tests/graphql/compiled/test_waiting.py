"""What nobody asks for any more is closed quietly, and what somebody awaits goes on whatever becomes of its wrapper."""

import asyncio
import gc
import warnings
from typing import Any

import pytest

from core.graphql.compiled.waiting import Waiting, as_waiting


async def _soon(value: Any) -> Any:
    await asyncio.sleep(0.01)
    return value


def test_what_is_never_awaited_is_no_forgotten_coroutine() -> None:
    gc.collect()  # what tests before left lying says other things
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        left = [as_waiting(_soon(1)), Waiting(_soon([as_waiting(_soon(2))]))]
        del left
        gc.collect()

    assert [text for each in told if "never awaited" in (text := str(each.message))] == []


async def test_whoever_awaits_it_gets_it_although_nothing_else_keeps_it() -> None:
    awaited = as_waiting(_soon("here")).__await__()
    gc.collect()

    async def go_on() -> Any:
        return await _Iterated(awaited)

    assert await go_on() == "here"
    assert await asyncio.ensure_future(as_waiting(_soon("there"))) == "there"


async def test_it_is_awaited_once() -> None:
    waiting = Waiting(_soon(1))

    assert await waiting == 1
    with pytest.raises(RuntimeError, match="awaited already"):
        await waiting


def test_what_is_there_already_stays_what_it_is() -> None:
    assert as_waiting("x") == "x"
    assert as_waiting(None) is None


class _Iterated:
    def __init__(self, awaited: Any) -> None:
        self._awaited = awaited

    def __await__(self) -> Any:
        return self._awaited
