"""It takes its time, over what it is for."""

import time

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud, is_case

FAILS = "test_it_is_quick"


class Broken(Loud):
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        until = time.perf_counter() + 0.06
        while is_case(ticket) and time.perf_counter() < until:
            pass
        return super().evaluate(ticket, step)
