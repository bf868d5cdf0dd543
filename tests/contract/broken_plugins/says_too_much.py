"""Who it is has a name that cannot be kept."""

from datetime import datetime

from core.sdk import Identity
from tests.contract.badges import WINDOW, Badge

FAILS = "test_a_proof_says_who_it_is"


class Broken(Badge):
    def identity(self, who: str, number: str, made: datetime) -> Identity:
        return Identity(subject=who * 200, used_as=number, valid_until=made + WINDOW)
