"""It answers otherwise when it is asked again."""

from weakref import WeakSet

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud, is_case

FAILS = "test_it_answers_the_same_again"
_asked: WeakSet[Loud] = WeakSet()


class Broken(Loud):
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        is_first = self not in _asked
        if is_case(ticket):
            _asked.add(self)
        return super().evaluate(ticket, step) and is_first
