"""What it delivers twice is two."""

from core.sdk import Delivery, Recipient, Rendered
from tests.contract.paging import Pager

FAILS = "test_the_key_goes_along"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        await self.post(notification.text, "")
        return Delivery()
