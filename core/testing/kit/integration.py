"""What every integration keeps: its configuration is safe, and `check` answers whatever the other side does."""

import asyncio
import contextlib
import copy
import logging
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import pytest
from pydantic import SecretStr, ValidationError

from core.pluginhost.configs import ConfigInvalid, secret_members, validated
from core.sdk import AuthFailed, Integration, PluginConfig, ProviderError
from core.testing.kit.contexts import tenant_context
from core.testing.kit.fake_http import FakeHttp
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


class IntegrationContract:
    """Subclass it as `TestSomething`:

    class TestGarage(IntegrationContract):
        integration = Garage
        valid_config = {"address": "https://garage.example/", "api_key": "any"}
        invalid_configs = [{}, {"address": 7, "api_key": "any"}]

        def all_is_well(self, other_side):
            other_side.answers("GET", "https://garage.example/", json={"ok": True})
    """

    integration: ClassVar[type[Integration[Any]]]
    valid_config: ClassVar[Mapping[str, Any]]
    invalid_configs: ClassVar[Sequence[Mapping[str, Any]]] = ()
    _past: Sequence[str] = ()
    """What was tried of the network otherwise than by the context."""

    def all_is_well(self, other_side: FakeHttp) -> None:
        """Say how the other side answers when the configuration works. Unless it is overridden: 200 with `{}`."""
        other_side.answers("*", "*", json={})

    @pytest.fixture
    def other_side(self) -> Iterator[FakeHttp]:
        """The other side, which answers nothing yet."""
        with FakeHttp().in_place() as fake, no_network() as tried:
            self._past = tried
            yield fake

    # What a tenant may configure

    def test_a_valid_configuration_is_taken(self) -> None:
        """`valid_config` is one."""
        validated(self.integration.Config, dict(self.valid_config))

    def test_invalid_configurations_are_refused(self) -> None:
        """Each of `invalid_configs`, before anybody is asked."""
        taken = []
        for each in self.invalid_configs:
            try:
                validated(self.integration.Config, each)
            except ConfigInvalid:
                continue
            taken.append(each)
        assert taken == []

    def test_unknown_members_are_refused(self) -> None:
        """A member that is misspelt is told, and not passed over."""
        with pytest.raises(ValidationError):
            self.integration.Config.model_validate({**self.valid_config, "nobody_declared_this": 1})

    def test_its_members_are_described(self) -> None:
        """Frontends make a form of the schema."""
        members = self.integration.Config.model_json_schema().get("properties", {})
        assert [name for name, each in members.items() if not each.get("description")] == []

    def test_no_error_quotes_a_secret(self) -> None:
        """Validators of the plugin's own word their errors without what was given."""
        broken: dict[str, Any] = {**dict.fromkeys(self.valid_config, CANARY), "nobody_declared_this": CANARY}
        try:
            self.integration.Config.model_validate(broken)
        except ValidationError as error:
            told = [each["msg"] for each in error.errors(include_input=False, include_url=False)]
            assert [each for each in told if CANARY in each] == []

    # What it does

    @pytest.mark.asyncio(loop_scope="session")
    async def test_it_keeps_nothing_on_the_class(self, other_side: FakeHttp) -> None:
        """All tenants share the class; what is kept there of one is seen by the others."""
        self.all_is_well(other_side)
        before = _state(self.integration)
        with contextlib.suppress(ProviderError):
            await self._check()
        assert _state(self.integration) == before

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
        with nothing_blocks(self.integration.__module__), contextlib.suppress(ProviderError):
            await self._check()

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_asks_by_its_context(self, other_side: FakeHttp) -> None:
        """`ctx.http` keeps plugins from addresses that the operator does not allow; nothing goes past it."""
        self.all_is_well(other_side)
        with contextlib.suppress(NetworkUsed, ProviderError, OSError):
            await _checked(self.integration(self._config(), tenant_context()))
        assert self._past == []

    @pytest.mark.asyncio(loop_scope="session")
    async def test_check_says_when_credentials_are_refused(self, other_side: FakeHttp) -> None:
        """The status 401 becomes AuthFailed, with a message that says what to do."""
        other_side.answers("*", "*", status=401)
        if not await self._asks(other_side) or not secret_members(self.integration.Config):
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
        if not secret_members(self.integration.Config):
            pytest.skip("it has no secrets")
        caplog.set_level(logging.DEBUG)
        built = self._built()
        told = [repr(built), repr(built.config), str(built.config)]
        for status in (200, 401, 500):
            other_side.answers("*", "*", status=status)
            try:
                await _checked(built)
            except Exception as error:
                told += [repr(error), str(vars(error))]
        told += [caplog.text, *capfd.readouterr()]
        assert [each for each in told if CANARY in each] == []

    def _config(self) -> PluginConfig:
        try:
            return validated(self.integration.Config, dict(self.valid_config))
        except ConfigInvalid:
            pytest.skip("its valid configuration is refused")

    def _built(self) -> Integration[Any]:
        """One with canaries for secrets."""
        config = self._config()
        canaries = {name: SecretStr(CANARY) for name in secret_members(type(config)) if getattr(config, name)}
        return self.integration(config.model_copy(update=canaries), tenant_context())

    async def _check(self) -> None:
        try:
            await _checked(self.integration(self._config(), tenant_context()))
        finally:
            if self._past:
                pytest.skip("it goes past its context")

    async def _asks(self, other_side: FakeHttp) -> bool:
        """Whether `check` asks anybody."""
        with contextlib.suppress(ProviderError):
            await self._check()
        return bool(other_side.sent)


def _state(kind: type) -> dict[str, Any]:
    """What stands on a class, as it is now."""
    return {
        name: copy.copy(each) if isinstance(each, dict | list | set) else each
        for name, each in vars(kind).items()
        if not name.startswith("__")
    }


async def _checked(built: Integration[Any]) -> None:
    """Its check, as the host makes it: in a thread where it blocks."""
    if built.blocking:
        await asyncio.to_thread(built.check)
        return
    waited = built.check()
    if waited is not None:
        await waited
