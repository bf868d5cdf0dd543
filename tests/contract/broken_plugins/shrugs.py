"""Sometimes it does not say."""

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud

FAILS = "test_it_says_yes_or_no"


class Broken(Loud):
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        return None if ticket.before else super().evaluate(ticket, step)  # type: ignore[return-value]
