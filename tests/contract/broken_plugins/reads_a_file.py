"""It looks elsewhere before it answers, once: then it knows."""

from functools import cache
from pathlib import Path

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud, is_case

FAILS = "test_it_reaches_nothing"


class Broken(Loud):
    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        return super().evaluate(ticket, step) and (not is_case(ticket) or _is_there())


@cache
def _is_there() -> bool:
    return bool(Path(__file__).read_text(encoding="utf-8"))
