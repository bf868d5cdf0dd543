"""What every way to sign in keeps beside what all keep that is configured: it believes nothing that was not proven."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest

from core.pluginhost.configs import validated
from core.sdk import Credentials, Identity, PluginConfig, Provider, Rejected, SSOProvider
from core.testing.kit.contexts import tenant_context
from core.testing.kit.fake_http import FakeHttp
from core.testing.kit.providing import ProviderContract, called
from core.testing.kit.time import FrozenTime

DAY = timedelta(days=1)
LONGEST = 300
ODD_VALUES = (
    "",
    " ",
    "\x00",
    "é你🖨️",
    "..",
    "a.b.c",
    "{}",
    "[]",
    "null",
    "' or 1=1 --",
    "<x/>",
    "=" * 40,
    "A" * 16_000,
)


class SignInContract(ProviderContract):
    """Subclass it as `TestSomething`:

    class TestBadge(SignInContract):
        sso = Badge
        valid_config = {"secret": "…"}
        invalid_configs = [{}]
        other_config = {"secret": "of somebody else"}

        def proof(self, now):
            return {"badge": signed(now, "mei", secret="…")}

    `proof` makes what the other side would send at this moment with somebody of its own: always the same person, and
    never the same proof. `other_config` is one by which such proofs are not good. `forged` may make more that must be
    refused, by name.
    """

    sso: ClassVar[type[SSOProvider[Any]]]
    other_config: ClassVar[Mapping[str, Any]]

    @classmethod
    def provider(cls) -> type[Provider[Any]]:
        return cls.sso

    @abstractmethod
    def proof(self, now: datetime) -> Mapping[str, str]:
        """The fields that prove who somebody is, at this moment."""

    def forged(self, now: datetime) -> Mapping[str, Mapping[str, str]]:
        """Fields that prove nothing although they look as if they did."""
        return {}

    @pytest.fixture
    def clock(self) -> Iterator[FrozenTime]:
        """What time it is for the provider."""
        with FrozenTime().in_place() as clock:
            yield clock

    @pytest.mark.asyncio(loop_scope="session")
    async def test_a_proof_says_who_it_is(self, other_side: FakeHttp, clock: FrozenTime) -> None:
        """An Identity that the product can keep: names of 300 characters at most, good for a day at most."""
        found = await self._verified(other_side, self.proof(clock.now))
        for each in (found.subject, found.used_as):
            assert 0 < len(each) <= LONGEST and "\x00" not in each
        assert clock.now < found.valid_until <= clock.now + DAY

    @pytest.mark.asyncio(loop_scope="session")
    async def test_people_are_known_again_and_proofs_apart(
        self, other_side: FakeHttp, clock: FrozenTime
    ) -> None:
        """Another proof of a person has the same `subject` and another `used_as`; the same proof has the same."""
        first, second = self.proof(clock.now), self.proof(clock.now)
        found = [await self._verified(other_side, each) for each in (first, first, second)]
        assert len({each.subject for each in found}) == 1
        assert found[0].used_as == found[1].used_as != found[2].used_as

    @pytest.mark.asyncio(loop_scope="session")
    async def test_a_used_proof_is_remembered_long_enough(
        self, other_side: FakeHttp, clock: FrozenTime
    ) -> None:
        """After `valid_until` the proof is refused, since nobody remembers then that it was used."""
        given = self.proof(clock.now)
        clock.now = (await self._verified(other_side, given)).valid_until + timedelta(seconds=1)
        await self._refused(other_side, given)

    @pytest.mark.asyncio(loop_scope="session")
    @pytest.mark.parametrize("off", [DAY, -DAY], ids=["of yesterday", "of tomorrow"])
    async def test_a_proof_of_another_day_is_refused(
        self, other_side: FakeHttp, clock: FrozenTime, off: timedelta
    ) -> None:
        """Stolen ones are of no use for long."""
        await self._refused(other_side, self.proof(clock.now - off))

    @pytest.mark.asyncio(loop_scope="session")
    async def test_another_s_proof_is_refused(self, other_side: FakeHttp, clock: FrozenTime) -> None:
        """With `other_config` it proves nothing."""
        config = validated(self.sso.Config, dict(self.other_config))
        await self._refused(other_side, self.proof(clock.now), config)

    @pytest.mark.asyncio(loop_scope="session")
    async def test_what_was_changed_is_refused(self, other_side: FakeHttp, clock: FrozenTime) -> None:
        """A proof with a character changed, or a part missing, is refused, or says the same as before."""
        given = self.proof(clock.now)
        before = await self._verified(other_side, given)
        for changed in _changed(given):
            try:
                found = await self._verified(other_side, changed)
            except Rejected:
                continue
            assert found == before, "it believes what was changed"

    @pytest.mark.asyncio(loop_scope="session")
    async def test_nonsense_is_refused(self, other_side: FakeHttp, clock: FrozenTime) -> None:
        """By Rejected, whatever it is: anything else would be the plugin's fault."""
        names = self.proof(clock.now).keys()
        for fields in [{}, *({name: each} for name in names for each in ODD_VALUES)]:
            await self._refused(other_side, fields)
        await self._refused(other_side, dict.fromkeys(names, "a.b.c"))

    @pytest.mark.asyncio(loop_scope="session")
    async def test_what_is_forged_is_refused(self, other_side: FakeHttp, clock: FrozenTime) -> None:
        """Each of `forged`."""
        taken = []
        for name, fields in self.forged(clock.now).items():
            try:
                await self._verified(other_side, fields)
            except Rejected:
                continue
            taken.append(name)
        assert taken == []

    def used(self, built: Provider[Any]) -> list[Callable[[], Awaitable[object]]]:
        assert isinstance(built, SSOProvider)
        given = Credentials(self.proof(built.ctx.now()))
        return [*super().used(built), lambda: called(built, built.verify, given)]

    async def _refused(
        self, other_side: FakeHttp, fields: Mapping[str, str], config: PluginConfig | None = None
    ) -> None:
        with pytest.raises(Rejected):
            await self._verified(other_side, fields, config)

    async def _verified(
        self, other_side: FakeHttp, fields: Mapping[str, str], config: PluginConfig | None = None
    ) -> Identity:
        self.all_is_well(other_side)
        built = self.sso(config or self._config(), tenant_context())
        found = await called(built, built.verify, Credentials(fields))
        assert isinstance(found, Identity)
        return found


def _changed(fields: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """With one character changed, at the ends and all along; with a field cut off, and one left out."""
    for name, value in fields.items():
        yield {other: each for other, each in fields.items() if other != name}
        yield {**fields, name: value[: len(value) // 2]}
        for place in sorted({*range(0, len(value), max(1, len(value) // 24)), len(value) - 1} - {-1}):
            other = "A" if value[place] != "A" else "B"
            yield {**fields, name: f"{value[:place]}{other}{value[place + 1 :]}"}
