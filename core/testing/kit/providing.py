"""What everything keeps that a tenant configures: the configuration is safe, and `check` answers whatever the other
side does."""

import asyncio
import contextlib
import inspect
import logging
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from core.pluginhost.configs import parted, secret_members
from core.sdk import AuthFailed, PluginConfig, Provider, ProviderError
from core.testing.kit.configured import ConfigContract, state_of
from core.testing.kit.contexts import tenant_context
from core.testing.kit.fake_http import CONNECT, FakeHttp
from core.testing.kit.guards import NetworkUsed, no_network, nothing_blocks

CANARY = "canary-4f1c9e"
"""Stands in every secret; wherever it is seen, a secret would have been."""
ODD_ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "nothing": {"status": 204},
    "no JSON": {"body": b"<html>\xff\x00 \xe4\xbd\xa0"},
    "other JSON": {"json": [None, {"a": []}, -1]},
    "a redirect": {"status": 302, "headers": {"location": "https://elsewhere.example/"}},
    "not permitted": {"status": 403},
    "not found": {"status": 404},
    "too many requests": {"status": 429, "headers": {"retry-after": "soon"}},
    "its own fault": {"status": 500, "body": b"Traceback"},
    "busy": {"status": 503},
}
_PATIENCE = 5.0


class ProviderContract(ConfigContract):
    """The part that the contracts of integrations, media and ways to sign in have in common."""

    _past: Sequence[str] = ()
    """What was tried of the network otherwise than by the context."""

    @classmethod
    @abstractmethod
    def provider(cls) -> type[Provider[Any]]:
        """What is tested."""

    @classmethod
    def config_class(cls) -> type[PluginConfig]:
        return cls.provider().Config

    def all_is_well(self, other_side: FakeHttp) -> None:
        """Say how the other side answers when the configuration works. Unless it is overridden: 200 with `{}`."""
        other_side.answers("*", "*", json={})

    @pytest.fixture
    def other_side(self) -> Iterator[FakeHttp]:
        """The other side, which answers nothing yet."""
        with FakeHttp().in_place() as fake, no_network() as tried:
            self._past = tried
            yield fake

    def test_no_error_quotes_a_secret(self) -> None:
        """Validators of the plugin's own word their errors without what was given."""
        broken: dict[str, Any] = {**dict.fromkeys(self.valid_config, CANARY), "nobody_declared_this": CANARY}
        try:
            self.provider().Config.model_validate(broken)
        except ValidationError as error:
            told = [each["msg"] for each in error.errors(include_input=False, include_url=False)]
            assert [each for each in told if CANARY in each] == []

    # What it does

    @pytest.mark.asyncio(loop_scope="session")
    async def test_it_keeps_nothing_on_the_class(self, other_side: FakeHttp) -> None:
        """All tenants share the class; what is kept there of one is seen by the others."""
        self.all_is_well(other_side)
        before = state_of(self.provider())
        with contextlib.suppress(ProviderError):
            await self._check()
        assert state_of(self.provider()) == before

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_passes_when_all_is_well(self, other_side: FakeHttp) -> None:
        """With the other side as `all_is_well` has it, and asking nothing else of it."""
        self.all_is_well(other_side)
        await self._check()
        assert [f"{each.method} {each.url}" for each in other_side.unexpected] == []

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_keeps_nobody_waiting(self, other_side: FakeHttp) -> None:
        """Code that blocks instead of awaiting holds up every request of the process."""
        self.all_is_well(other_side)
        with nothing_blocks(self.provider().__module__), contextlib.suppress(ProviderError):
            await self._check()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_asks_by_its_context(self, other_side: FakeHttp) -> None:
        """`ctx.http` keeps plugins from addresses that the operator does not allow; nothing goes past it."""
        self.all_is_well(other_side)
        with contextlib.suppress(NetworkUsed, ProviderError, OSError):
            await _checked(self.provider()(self._config(), tenant_context()))
        assert self._past == []

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_says_when_credentials_are_refused(self, other_side: FakeHttp) -> None:
        """The status 401 becomes AuthFailed, with a message that says what to do."""
        other_side.answers("*", "*", status=401)
        if not await self._asks(other_side, by_http=True) or not parted(self._config())[1]:
            pytest.skip("it asks nobody with a secret")
        with pytest.raises(AuthFailed) as told:
            await self._check()
        assert told.value.message, "say what to do about it"

    @pytest.mark.asyncio(loop_scope="session")
    @pytest.mark.parametrize("answer", ODD_ANSWERS)
    async def test_check_understands_every_answer(self, other_side: FakeHttp, answer: str) -> None:
        """It passes, or raises what the SDK has for it; anything else is the plugin's fault."""
        other_side.answers("*", "*", **ODD_ANSWERS[answer])
        try:
            await self._check()
        except ProviderError as error:
            assert error.message, "say what is wrong"

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_says_when_nobody_answers(self, other_side: FakeHttp) -> None:
        """It does not pass then."""
        other_side.fails("*", "*")
        if not await self._asks(other_side):
            pytest.skip("it asks nobody")
        with pytest.raises(ProviderError):
            await self._check()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_can_be_given_up(self, other_side: FakeHttp) -> None:
        """The host gives up after 5 seconds; whatever catches that keeps people waiting."""
        other_side.hangs("*", "*")
        checking = asyncio.create_task(self._check())
        await asyncio.wait([checking], timeout=0.2)
        if checking.done():
            with contextlib.suppress(ProviderError):
                await checking
            pytest.skip("it asks nobody")
        checking.cancel()
        await asyncio.wait([checking], timeout=_PATIENCE)
        assert checking.cancelled(), "it goes on although it was given up"

    @pytest.mark.asyncio(loop_scope="session")
    async def test_it_tells_no_secret(
        self, other_side: FakeHttp, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Neither where it is printed nor in what it logs or raises."""
        if not secret_members(self.provider().Config):
            pytest.skip("it has no secrets")
        caplog.set_level(logging.DEBUG)
        built = self._built()
        told = [repr(built), repr(built.config), str(built.config)]
        for status in (200, 401, 500):
            other_side.answers("*", "*", status=status)
            for each in self.used(built):
                try:
                    await each()
                except Exception as error:  # whatever it is, only what it tells matters here
                    told += [repr(error), str(vars(error))]
        told += [caplog.text, *capfd.readouterr()]
        assert [each for each in told if CANARY in each] == []

    def used(self, built: Provider[Any]) -> list[Callable[[], Awaitable[object]]]:
        """All that it does."""
        return [lambda: _checked(built)]

    def _built(self) -> Provider[Any]:
        """One with canaries for secrets."""
        config = self._config()
        canaries = {name: SecretStr(CANARY) for name in secret_members(type(config)) if getattr(config, name)}
        return self.provider()(config.model_copy(update=canaries), tenant_context())

    async def _check(self) -> None:
        try:
            await _checked(self.provider()(self._config(), tenant_context()))
        finally:
            if self._past:
                pytest.skip("it goes past its context")

    async def _asks(self, other_side: FakeHttp, *, by_http: bool = False) -> bool:
        """Whether `check` asks anybody."""
        with contextlib.suppress(ProviderError):
            await self._check()
        return any(each.method != CONNECT for each in other_side.sent) if by_http else bool(other_side.sent)


async def _checked(built: Provider[Any]) -> None:
    await called(built, built.check)


async def called(built: Provider[Any], method: Callable[..., Any], *given: object) -> Any:
    """What a method answers, called as the host does: in a thread where it blocks."""
    if built.blocking:
        return await asyncio.to_thread(method, *given)
    answer = method(*given)
    return await answer if inspect.isawaitable(answer) else answer
