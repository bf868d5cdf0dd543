"""Where nobody answers, it says that it delivered."""

from core.sdk import Delivery, Recipient, Rendered, Unreachable
from tests.contract.paging import Pager

FAILS = "test_deliver_says_when_nobody_answers"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        try:
            return await super().deliver(notification, to)
        except Unreachable:
            return Delivery()
