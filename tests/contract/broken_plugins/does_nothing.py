"""It never does anything."""

from core.sdk.rules import ActionContext, Command
from tests.contract.ruling import Calm

FAILS = "test_it_acts"


class Broken(Calm):
    def run(self, ctx: ActionContext) -> list[Command]:
        return []
