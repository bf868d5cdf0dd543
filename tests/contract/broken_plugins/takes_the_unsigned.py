"""Who says that nothing is signed is believed."""

from datetime import datetime

from core.sdk import Credentials, Identity
from tests.contract.badges import Badge

FAILS = "test_what_is_forged_is_refused"


class Broken(Badge):
    async def verify(self, credentials: Credentials) -> Identity:
        if credentials.fields.get("badge", "").endswith("|none"):
            return self.identity("mei", "1", self.ctx.now())
        return await super().verify(credentials)


def forged(now: datetime) -> dict[str, dict[str, str]]:
    return {"unsigned": {"badge": f"mei|{int(now.timestamp())}|1|none"}}
