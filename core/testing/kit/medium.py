"""What every medium keeps beside what all keep that is configured: what is to reach people does, or is said not to."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

import pytest

from core.sdk import (
    AuthFailed,
    Delivery,
    NotificationMedium,
    Provider,
    ProviderError,
    Recipient,
    Rendered,
    Retry,
)
from core.testing.kit.contexts import tenant_context
from core.testing.kit.fake_http import CONNECT, FakeHttp
from core.testing.kit.guards import nothing_blocks
from core.testing.kit.providing import ODD_ANSWERS, ProviderContract, called

NOTIFICATION = Rendered(
    key="0190a1b2c3d4e5f60718293a4b5c6d7e",
    written_at=datetime(2030, 1, 2, 3, 4, 5, tzinfo=UTC),
    locale="zh-Hans",
    subject="#7 打印机坏了 🖨️ <b>&",
    text="您好，王伟：\n\n#7 打印机坏了\nhttps://desk.example/tickets/7\n",
    html="<!doctype html><p>您好，王伟</p>",
)
RECIPIENT = Recipient(user_id=UUID(int=7), name="王伟", email="wang@desk.example")
_PATIENCE = 5.0


class MediumContract(ProviderContract):
    """Subclass it as `TestSomething`:

    class TestPager(MediumContract):
        medium = Pager
        valid_config = {"address": "https://pager.example/", "key": "any"}
        invalid_configs = [{}, {"address": 7, "key": "any"}]

        def all_is_well(self, other_side):
            other_side.answers("*", "https://pager.example/*", json={"id": "1"})
    """

    medium: ClassVar[type[NotificationMedium[Any]]]

    @classmethod
    def provider(cls) -> type[Provider[Any]]:
        return cls.medium

    def told(self, other_side: FakeHttp) -> str:
        """All that the other side was told, as text. Override it where that is not by HTTP."""
        return "\n".join(
            f"{each.method} {each.url} {dict(each.headers)} {each.content.decode(errors='replace')}"
            for each in other_side.sent
        )

    @pytest.mark.asyncio(loop_scope="session")
    async def test_it_delivers(self, other_side: FakeHttp) -> None:
        """With the other side as `all_is_well` has it: it says that it was taken, and asked nothing else."""
        self.all_is_well(other_side)
        answer = await self._deliver()
        assert isinstance(answer, Delivery)
        assert answer.reference is None or 0 < len(answer.reference) <= 300
        assert other_side.sent, "nobody was told anything"
        assert [f"{each.method} {each.url}" for each in other_side.unexpected] == []

    @pytest.mark.asyncio(loop_scope="session")
    async def test_the_key_goes_along(self, other_side: FakeHttp) -> None:
        """What is delivered again, since nobody knows how it ended, can be known as the same by it."""
        self.all_is_well(other_side)
        for _ in range(2):
            with contextlib.suppress(ProviderError):
                await self._deliver()
        if not other_side.sent:
            pytest.skip("it asks nobody")
        assert NOTIFICATION.key in self.told(other_side)

    @pytest.mark.asyncio(loop_scope="session")
    async def test_deliver_keeps_nobody_waiting(self, other_side: FakeHttp) -> None:
        """Code that blocks instead of awaiting holds up the notifications of all."""
        self.all_is_well(other_side)
        with nothing_blocks(self.medium.__module__), contextlib.suppress(ProviderError):
            await self._deliver()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_deliver_says_when_credentials_are_refused(self, other_side: FakeHttp) -> None:
        """The status 401 becomes AuthFailed: nothing is lost then, and somebody is told."""
        other_side.answers("*", "*", status=401)
        await self._needs_http(other_side)
        with pytest.raises(AuthFailed) as told:
            await self._deliver()
        assert told.value.message, "say what to do about it"

    @pytest.mark.asyncio(loop_scope="session")
    @pytest.mark.parametrize("status", [429, 500, 503])
    async def test_what_is_busy_is_tried_again(self, other_side: FakeHttp, status: int) -> None:
        """By Retry or Unreachable: what is `Rejected` is never delivered."""
        other_side.answers("*", "*", status=status)
        await self._needs_http(other_side)
        with pytest.raises(Retry):
            await self._deliver()

    @pytest.mark.asyncio(loop_scope="session")
    @pytest.mark.parametrize("answer", ODD_ANSWERS)
    async def test_deliver_understands_every_answer(self, other_side: FakeHttp, answer: str) -> None:
        """It delivers, or raises what the SDK has for it; anything else is the plugin's fault."""
        other_side.answers("*", "*", **ODD_ANSWERS[answer])
        with contextlib.suppress(ProviderError):
            await self._deliver()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_deliver_says_when_nobody_answers(self, other_side: FakeHttp) -> None:
        """It is no fault of the notification, which is tried again."""
        other_side.fails("*", "*")
        with contextlib.suppress(Retry):
            await self._deliver()
            assert not other_side.sent, "it says that it delivered what nobody took"

    @pytest.mark.asyncio(loop_scope="session")
    async def test_deliver_can_be_given_up(self, other_side: FakeHttp) -> None:
        """The host gives up after 30 seconds; whatever catches that keeps others waiting."""
        other_side.hangs("*", "*")
        delivering = asyncio.create_task(self._deliver())
        await asyncio.wait([delivering], timeout=0.2)
        delivering.cancel()
        await asyncio.wait([delivering], timeout=_PATIENCE)
        if not other_side.sent:
            pytest.skip("it asks nobody")
        assert delivering.cancelled(), "it goes on although it was given up"

    def used(self, built: Provider[Any]) -> list[Callable[[], Awaitable[object]]]:
        assert isinstance(built, NotificationMedium)
        return [*super().used(built), lambda: called(built, built.deliver, NOTIFICATION, RECIPIENT)]

    async def _deliver(self) -> object:
        built = self.medium(self._config(), tenant_context())
        return await called(built, built.deliver, NOTIFICATION, RECIPIENT)

    async def _needs_http(self, other_side: FakeHttp) -> None:
        with contextlib.suppress(ProviderError):
            await self._deliver()
        if not any(each.method != CONNECT for each in other_side.sent):
            pytest.skip("it asks nobody by HTTP")
