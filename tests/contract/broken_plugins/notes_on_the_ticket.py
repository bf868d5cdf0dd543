"""What it is given is the next one's, too."""

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud, is_case

FAILS = "test_it_changes_nothing"


class Broken(Loud):
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        if is_case(ticket):
            object.__setattr__(ticket, "external_id", "seen")
        return super().evaluate(ticket, step)
