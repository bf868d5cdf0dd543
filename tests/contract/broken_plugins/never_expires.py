"""A badge is good for two days."""

from datetime import datetime, timedelta

from core.sdk import Identity, Rejected
from tests.contract.badges import Badge

FAILS = "test_a_proof_of_another_day_is_refused"


class Broken(Badge):
    def check_age(self, made: datetime) -> None:
        if abs(self.ctx.now() - made) > timedelta(days=1):
            raise Rejected("This is an old badge.")

    def identity(self, who: str, number: str, made: datetime) -> Identity:
        return Identity(subject=who, used_as=number, valid_until=made + timedelta(days=1))
