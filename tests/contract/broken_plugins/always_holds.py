"""It holds for everything."""

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud

FAILS = "test_it_holds_where_it_should"


class Broken(Loud):
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        return True
