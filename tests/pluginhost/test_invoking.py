"""Calls of providers: deadlines, threads, breakers."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from structlog.testing import capture_logs

from core.pluginhost.bounded import MOST_STUCK
from core.pluginhost.invoking import Call, Calls, NotCalled, invoke
from core.pluginhost.isolation import Broken
from core.sdk import AuthFailed, ProviderError, Rejected, Retry, Unreachable

CALL = Call("odd", "thing", "send", UUID(int=1), UUID(int=2))
UNSAVED = Call("odd", "thing", "send", UUID(int=1))
BLOCKING = Call("odd", "thing", "send", UUID(int=1), blocks=True)


def raising(error: BaseException) -> Callable[[], object]:
    async def code() -> None:
        raise error

    return code


async def good() -> int:
    return 7


@pytest.mark.parametrize(
    ("error", "raised", "outcome"),
    [
        (Rejected("no"), Rejected, "rejected"),
        (AuthFailed("no"), AuthFailed, "auth_failed"),
        (Unreachable("no"), Unreachable, "unreachable"),
        (Retry("later"), Retry, "retry"),
        (RuntimeError("canary"), Broken, "broken"),
        (SystemExit(), Broken, "broken"),
        (StopIteration(), Broken, "broken"),
        (type("Panic", (BaseException,), {})("canary"), Broken, "broken"),
        (asyncio.CancelledError("canary"), Broken, "broken"),
        (TimeoutError(), Unreachable, "unreachable"),
    ],
)
async def test_an_end_is_told(error: BaseException, raised: type[Exception], outcome: str) -> None:
    with capture_logs() as logged, pytest.raises(raised):
        await Calls().invoke(CALL, raising(error), seconds=1)

    [told] = [each for each in logged if each["event"] == "plugin.called"]
    assert (told["outcome"], told["operation"], told["instance"]) == (outcome, "send", str(UUID(int=2)))
    assert "canary" not in str(logged)


async def test_an_answer_comes_back() -> None:
    assert await Calls().invoke(CALL, good, seconds=1) == 7


async def test_what_fails_often_is_not_called() -> None:
    now = 0.0
    calls = Calls(clock=lambda: now)
    for _ in range(5):
        with pytest.raises(Unreachable):
            await calls.invoke(CALL, lambda: asyncio.sleep(9), seconds=0.01)

    with pytest.raises(NotCalled):
        await calls.invoke(CALL, good, seconds=1)
    other = Call("odd", "thing", "check", UUID(int=1), UUID(int=2))
    assert await calls.invoke(other, good, seconds=1) == 7
    now = 30.0
    assert await calls.invoke(CALL, good, seconds=1) == 7
    assert await calls.invoke(CALL, good, seconds=1) == 7


async def test_blocking_code_runs_beside_the_loop() -> None:
    names = await Calls().invoke(BLOCKING, lambda: threading.current_thread().name, seconds=1)

    assert names == "plugin odd"
    with pytest.raises(Broken):
        await Calls().invoke(BLOCKING, lambda: next(iter([])), seconds=1)


async def test_threads_that_hang_are_counted() -> None:
    calls, over = Calls(), threading.Event()
    for _ in range(4):
        with pytest.raises(Unreachable):
            await calls.invoke(BLOCKING, over.wait, seconds=0.01)

    with pytest.raises(NotCalled):
        await calls.invoke(BLOCKING, lambda: 7, seconds=1)
    over.set()
    for thread in threading.enumerate():
        if thread.name == "plugin odd":
            thread.join(5)
    assert await calls.invoke(BLOCKING, lambda: 7, seconds=1) == 7


async def test_a_thread_that_hangs_is_told_once_it_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.pluginhost.threads.PATIENCE", 0.1)
    over, brief = threading.Event(), threading.Event()

    with capture_logs() as logged:
        with pytest.raises(Unreachable):
            await Calls().invoke(BLOCKING, over.wait, seconds=0.01)
        with pytest.raises(Unreachable):
            await Calls().invoke(BLOCKING, lambda: brief.wait(0.03), seconds=0.01)
        await asyncio.sleep(0.3)
        over.set()

    told = [(each["plugin"], each["operation"]) for each in logged if each["event"] == "plugin.stuck"]
    assert told == [("odd", "send")], "what ends soon after is not stuck"


async def test_a_cancelled_call_is_cancelled() -> None:
    task = asyncio.create_task(Calls().invoke(CALL, lambda: asyncio.sleep(9), seconds=9))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert task.cancelled()


async def test_what_goes_on_although_it_is_cancelled_is_left_behind() -> None:
    calls, is_over = Calls(), asyncio.Event()

    async def goes_on() -> None:
        while not is_over.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await is_over.wait()

    with capture_logs() as logged:
        for _ in range(MOST_STUCK):
            with pytest.raises(Unreachable):
                await calls.invoke(UNSAVED, goes_on, seconds=0.01)
        with pytest.raises(NotCalled):
            await calls.invoke(UNSAVED, good, seconds=1)
        with pytest.raises(NotCalled):
            await invoke("odd", "field", good, seconds=1)

    assert await invoke("even", "field", good, seconds=1) == 7
    stuck = [(each["plugin"], each["operation"]) for each in logged if each["event"] == "plugin.stuck"]
    assert stuck == [("odd", "send")] * MOST_STUCK
    is_over.set()
    await asyncio.sleep(0.01)
    assert await calls.invoke(UNSAVED, good, seconds=1) == 7


async def test_what_is_cancelled_may_clean_up() -> None:
    cleaned = []

    async def cleans() -> None:
        try:
            await asyncio.sleep(9)
        finally:
            await asyncio.sleep(0.05)
            cleaned.append(True)

    with pytest.raises(Unreachable):
        await Calls().invoke(UNSAVED, cleans, seconds=0.01)

    assert cleaned == [True]


async def test_code_that_blocks_is_found_out_whatever_its_end() -> None:
    async def blocks(error: ProviderError | None = None) -> None:
        await asyncio.sleep(0.001)
        time.sleep(0.25)
        if error is not None:
            raise error

    async def waits() -> None:
        await asyncio.sleep(0.3)

    with capture_logs() as logged:
        await Calls().invoke(CALL, blocks, seconds=1)
        with pytest.raises(Rejected):
            await Calls().invoke(CALL, lambda: blocks(Rejected("no")), seconds=1)
        await Calls().invoke(CALL, waits, seconds=1)

    assert [each["event"] for each in logged if each["event"] == "plugin.blocked"] == ["plugin.blocked"] * 2
