"""When a breaker opens, and when it closes."""

from uuid import UUID

import pytest

from core.pluginhost.breakers import Breaker, Breakers, Outcome

BAD, BROKEN, GOOD = Outcome.BAD, Outcome.BROKEN, Outcome.GOOD
A, B, C, D = (UUID(int=number) for number in range(1, 5))


def after(*ends: Outcome, at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for each in ends:
        breaker.ended(each, at)
    return breaker


@pytest.mark.parametrize(
    ("ends", "is_open"),
    [
        ([BAD] * 4, False),
        ([BAD] * 5, True),
        ([BAD] * 2 + [BROKEN] * 3, True),
        ([GOOD] * 6 + [BAD] * 5, False),
        ([GOOD] * 6 + [BAD] * 6, True),
        ([Outcome.NEUTRAL] * 9, False),
        ([Outcome.UNKNOWN] * 9, False),
    ],
)
def test_it_opens_when_much_fails(ends: list[Outcome], is_open: bool) -> None:
    assert after(*ends).is_open(0.0) is is_open


def test_what_is_long_past_does_not_count() -> None:
    breaker = after(BAD, BAD, BAD, BAD)

    breaker.ended(BAD, 60.0)

    assert breaker.lets_through(60.0)


def test_one_probe_decides() -> None:
    breaker = after(*[BAD] * 5)

    assert not breaker.lets_through(29.9)
    assert breaker.lets_through(30.0)
    assert not breaker.lets_through(30.0), "one is under way"
    breaker.ended(BAD, 31.0)
    assert not breaker.lets_through(90.9), "twice as long as before"
    assert breaker.lets_through(91.0)
    breaker.ended(Outcome.NEUTRAL, 92.0)
    assert breaker.lets_through(92.0)
    assert breaker.lets_through(92.0)
    assert breaker.is_idle(92.0)


def test_the_cooldown_has_an_end() -> None:
    breaker, now = after(*[BAD] * 5), 0.0
    for _ in range(9):
        now = breaker.open_until or 0.0
        assert breaker.lets_through(now)
        breaker.ended(BAD, now)

    assert breaker.open_until == now + 600


def test_a_probe_that_nobody_waits_for_decides_nothing() -> None:
    breaker = after(*[BAD] * 5)

    assert breaker.lets_through(30.0)
    breaker.ended(Outcome.UNKNOWN, 30.0)

    assert breaker.lets_through(30.0)


def test_a_plugin_that_fails_for_three_tenants_is_called_for_none() -> None:
    breakers = Breakers()

    def fail(instance: UUID, tenant: UUID) -> bool:
        for _ in range(5):
            breakers.ended(breakers.of(instance, "send", 0), BROKEN, 0, plugin="odd", tenant_id=tenant)
        return breakers.is_plugin_open("odd", 0)

    assert [fail(A, A), fail(B, A), fail(C, B), fail(D, C)] == [False, False, False, True]
    assert not breakers.is_plugin_open("other", 0)
    assert not breakers.is_plugin_open("odd", 30.0)
