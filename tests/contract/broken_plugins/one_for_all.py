"""All proofs of a person are one: the second sign-in is taken for a replay."""

from datetime import datetime

from core.sdk import Identity
from tests.contract.badges import WINDOW, Badge

FAILS = "test_people_are_known_again_and_proofs_apart"


class Broken(Badge):
    def identity(self, who: str, number: str, made: datetime) -> Identity:
        return Identity(subject=who, used_as=who, valid_until=made + WINDOW)
