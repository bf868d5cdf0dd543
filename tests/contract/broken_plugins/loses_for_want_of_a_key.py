"""A wrong key loses notifications, and nobody is told."""

from core.sdk import AuthFailed, Delivery, Recipient, Rejected, Rendered
from tests.contract.paging import Pager

FAILS = "test_deliver_says_when_credentials_are_refused"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        try:
            return await super().deliver(notification, to)
        except AuthFailed as error:
            raise Rejected("It does not want us.") from error
