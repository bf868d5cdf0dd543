"""It lets in what nobody remembers as used any more."""

from datetime import datetime, timedelta

from core.sdk import Identity
from tests.contract.badges import Badge

FAILS = "test_a_used_proof_is_remembered_long_enough"


class Broken(Badge):
    def identity(self, who: str, number: str, made: datetime) -> Identity:
        return Identity(subject=who, used_as=number, valid_until=made + timedelta(minutes=1))
