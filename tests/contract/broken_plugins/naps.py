"""It sleeps, if only for a moment, before it answers."""

from time import sleep

from core.sdk.rules import ActionContext, Command
from tests.contract.ruling import Calm, is_case

FAILS = "test_it_reaches_nothing"


class Broken(Calm):
    def run(self, ctx: ActionContext) -> list[Command]:
        if is_case(ctx.ticket):
            sleep(0.001)
        return super().run(ctx)
