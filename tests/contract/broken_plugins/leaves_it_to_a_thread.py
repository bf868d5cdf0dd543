"""It has something done beside."""

import threading

from core.sdk.rules import ActionContext, Command
from tests.contract.ruling import Calm, is_case

FAILS = "test_it_reaches_nothing"


class Broken(Calm):
    def run(self, ctx: ActionContext) -> list[Command]:
        if is_case(ctx.ticket):
            beside = threading.Thread(target=int)
            beside.start()
            beside.join()
        return super().run(ctx)
