"""What is no badge at all is its own fault."""

from core.sdk import Credentials, Identity
from tests.contract.badges import Badge

FAILS = "test_nonsense_is_refused"


class Broken(Badge):
    async def verify(self, credentials: Credentials) -> Identity:
        if "'" in credentials.fields.get("badge", ""):
            raise KeyError("badge")
        return await super().verify(credentials)
