"""It goes on when it was given up."""

import asyncio

from core.sdk import Delivery, Recipient, Rendered
from tests.contract.paging import Pager

FAILS = "test_deliver_can_be_given_up"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        try:
            return await super().deliver(notification, to)
        except asyncio.CancelledError:
            return Delivery()
