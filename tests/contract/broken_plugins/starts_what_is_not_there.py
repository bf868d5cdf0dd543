"""It asks for a job that nobody has."""

from core.sdk.rules import ActionContext, Command, StartJob
from tests.contract.ruling import Calm

FAILS = "test_it_starts_jobs_of_its_own"


class Broken(Calm):
    def run(self, ctx: ActionContext) -> list[Command]:
        return [StartJob("dance")] if ctx.ticket.title.isupper() else []
