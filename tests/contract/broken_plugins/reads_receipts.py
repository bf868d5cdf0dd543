"""It takes every answer for JSON."""

import json

from core.sdk import Delivery, Recipient, Rendered
from tests.contract.paging import Pager

FAILS = "test_deliver_understands_every_answer"


class Broken(Pager):
    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        await super().deliver(notification, to)
        answer = await self.ctx.http.request("GET", f"{self.config.address}/{notification.key}")
        self.understand(answer.status)
        return Delivery(str(json.loads(answer.body)["id"]))


def all_is_well(other_side) -> None:
    other_side.answers("*", "*", json={"id": 7})
