"""It blocks while it delivers."""

import time

from core.sdk import Delivery, Recipient, Rendered
from tests.contract.paging import Pager

FAILS = "test_deliver_keeps_nobody_waiting"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        time.sleep(0.01)
        return await super().deliver(notification, to)
