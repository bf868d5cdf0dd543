"""It asks for what is no command."""

from core.sdk.rules import ActionContext, Command
from tests.contract.ruling import Calm

FAILS = "test_it_answers_commands"


class Broken(Calm):
    def run(self, ctx: ActionContext) -> list[Command]:
        return [*super().run(ctx), "calm down"]  # type: ignore[list-item]
