"""Sealed secrets open in their own place, with a key that is here, and nowhere else."""

from uuid import UUID

import pytest

from core.kit.crypto import CannotOpen, Place, Sealer

OLD, NEW = b"o" * 64, b"n" * 64
TENANT, RECORD = UUID(int=1), UUID(int=2)
PLACE = Place(TENANT, RECORD, "webhooks.secret")


def test_what_is_sealed_opens_and_shows_nothing() -> None:
    sealed = Sealer([NEW]).seal("whsec_canary 密", PLACE)

    assert "canary" not in sealed and sealed.isascii()
    assert Sealer([NEW]).open(sealed, PLACE) == "whsec_canary 密"


def test_the_same_secret_is_never_sealed_alike() -> None:
    assert Sealer([NEW]).seal("x", PLACE) != Sealer([NEW]).seal("x", PLACE)


@pytest.mark.parametrize(
    "place",
    [
        Place(UUID(int=9), RECORD, PLACE.field),
        Place(TENANT, UUID(int=9), PLACE.field),
        Place(TENANT, RECORD, "webhooks.old_secret"),
    ],
)
def test_it_opens_in_no_other_place(place: Place) -> None:
    sealed = Sealer([NEW]).seal("x", PLACE)

    with pytest.raises(CannotOpen):
        Sealer([NEW]).open(sealed, place)


def test_a_former_key_opens_and_the_newest_seals() -> None:
    both = Sealer([NEW, OLD])
    old = Sealer([OLD]).seal("x", PLACE)

    assert both.open(old, PLACE) == "x"
    assert not old.startswith(both.prefix)
    assert Sealer([NEW]).open(both.seal(both.open(old, PLACE), PLACE), PLACE) == "x"
    with pytest.raises(CannotOpen):
        Sealer([NEW]).open(old, PLACE)


@pytest.mark.parametrize("place", [0, 3, 12, 40, -1])
def test_a_damaged_text_does_not_open(place: int) -> None:
    sealed = Sealer([NEW]).seal("whsec_canary", PLACE)
    damaged = list(sealed)
    damaged[place] = "A" if damaged[place] != "A" else "Q"

    with pytest.raises(CannotOpen) as refused:
        Sealer([NEW]).open("".join(damaged), PLACE)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "v1", "v1.x.y.z", "v2.a.b.c", "v1...."])
def test_nonsense_does_not_open(text: str) -> None:
    with pytest.raises(CannotOpen):
        Sealer([NEW]).open(text, PLACE)
