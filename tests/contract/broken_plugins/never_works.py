"""Its check fails."""

from core.sdk import Unreachable
from tests.contract.memory import Memory

FAILS = "test_it_works"


class Broken(Memory):
    async def check(self):
        raise Unreachable("Nobody is there.")
