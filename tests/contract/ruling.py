"""A condition and an action that keep their contracts, for broken ones to break a rule of."""

from pydantic import Field

from core.sdk import Job, Plugin, PluginConfig, PluginManifest, hookimpl
from core.sdk.rules import (
    ActionContext,
    AddMessage,
    Command,
    StartJob,
    Step,
    TicketSnapshot,
    TriggerAction,
    TriggerCondition,
)
from core.testing import snapshot, step

LOUD = (snapshot(title="IT JAMS"), step("ticket.created"))
CALM = (snapshot(title="It jams"), step("ticket.created"))
VALID = {"at_least": 3}


def is_case(ticket: TicketSnapshot) -> bool:
    """Whether it is what the author named: nothing odd is so called."""
    return ticket.title == LOUD[0].title


class LoudConfig(PluginConfig):
    at_least: int = Field(description="How many letters make it loud.", ge=1)


class Loud(TriggerCondition[LoudConfig]):
    name = "loud"
    title = "The title is loud"
    Config = LoudConfig

    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        return sum(each.isupper() for each in ticket.title) >= self.config.at_least


class Calm(TriggerAction[LoudConfig]):
    name = "calm"
    title = "Calm down"
    Config = LoudConfig

    def run(self, ctx: ActionContext) -> list[Command]:
        if not ctx.ticket.title.isupper():
            return []
        return [AddMessage("Calm down.", is_public=False), StartJob("sing", {"ticket": str(ctx.ticket.id)})]


async def sing(ctx, payload):
    """Nothing that can be heard."""


class CalmPlugin(Plugin):
    manifest = PluginManifest(name="calm", title="Calm", version="1.0", api=">=1.1,<2")

    @hookimpl
    def register_jobs(self):
        return [Job("sing", sing)]
