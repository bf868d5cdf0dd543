"""It keeps what it has seen, deep within."""

from collections import deque

from core.sdk.rules import Step, TicketSnapshot
from tests.contract.ruling import Loud, LoudConfig, is_case

FAILS = "test_it_changes_nothing"


class Broken(Loud):
    def __init__(self, config: LoudConfig) -> None:
        super().__init__(config)
        self.seen: list[deque[str]] = [deque()]

    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        if is_case(ticket):
            self.seen[0].append(ticket.title)
        return super().evaluate(ticket, step)
