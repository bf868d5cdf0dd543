"""Bytes at the edge, however the storage asks for them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest
from starlette.requests import Request
from starlette.types import Message

from core.files.errors import SentTooSlowly
from core.http import files
from core.sdk import Unreachable

PIECE = b"x" * files.BUFFER


def sending(*chunks: bytes, ends: bool = True) -> Request:
    """A request that brings these, and then nothing more."""
    left = [{"type": "http.request", "body": each, "more_body": True} for each in chunks]
    if ends:
        left.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Message:
        if not left:
            await asyncio.Event().wait()
        return left.pop(0)

    return Request({"type": "http", "method": "PUT", "headers": []}, receive)


async def step(content: AsyncGenerator[bytes, None]) -> bytes | None:
    return await anext(content, None)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "IDLE_SECONDS", 0.05)


async def test_a_sender_who_stops_is_given_up_though_each_piece_is_asked_for_in_a_task_of_its_own() -> None:
    content = files._received(sending(PIECE, ends=False), 2 * len(PIECE))
    assert await asyncio.create_task(step(content)) == PIECE

    waiting = asyncio.create_task(step(content))
    done, _ = await asyncio.wait({waiting}, timeout=2)
    waiting.cancel()

    assert done
    with pytest.raises(SentTooSlowly):
        await waiting


async def test_a_storage_may_take_longer_than_a_sender() -> None:
    content = files._received(sending(PIECE, PIECE), 2 * len(PIECE))

    assert await step(content) == PIECE
    await asyncio.sleep(0.1)
    assert await step(content) == PIECE
    assert await step(content) is None


class Failing:
    """A storage that fails while it waits for the next piece."""

    async def put(self, _key: str, content: AsyncIterator[bytes]) -> None:
        self.waits = asyncio.ensure_future(anext(content))
        await asyncio.sleep(0.01)
        raise Unreachable("The bucket cannot be reached.")


async def test_a_storage_that_fails_while_it_waits_is_told_as_it_fails() -> None:
    storage: Any = Failing()

    with pytest.raises(Unreachable):
        await files._put(storage, "key", files._received(sending(ends=False), 9))

    storage.waits.cancel()
