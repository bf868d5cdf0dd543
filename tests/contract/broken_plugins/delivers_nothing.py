"""It says that it delivered, and told nobody."""

from core.sdk import Delivery, Recipient, Rendered
from tests.contract.paging import Pager

FAILS = "test_it_delivers"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        return Delivery()
