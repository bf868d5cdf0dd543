"""What the plugin adds to rules."""

from pydantic import Field

from core.sdk import PluginConfig
from core.sdk.rules import ActionContext, AddMessage, Step, TicketSnapshot, TriggerAction, TriggerCondition
from deskgraph_acme.parcels import address_of, parcels_in


class NamesParcelsConfig(PluginConfig):
    at_least: int = Field(
        default=1, ge=1, le=10, title="At least", description="How many parcels the title names."
    )


class NamesParcels(TriggerCondition[NamesParcelsConfig]):
    name = "names_parcels"
    title = "The title names parcels of Acme"
    Config = NamesParcelsConfig

    def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
        return len(parcels_in(ticket.title)) >= self.config.at_least


class LinkParcelsConfig(PluginConfig):
    tells_customer: bool = Field(
        default=False,
        title="Tell the customer",
        description="Whether customers read the links, and not staff alone.",
    )


class LinkParcels(TriggerAction[LinkParcelsConfig]):
    name = "link_parcels"
    title = "Say where the parcels of the title can be followed"
    Config = LinkParcelsConfig
    applies_to = frozenset({"ticket.created"})

    def run(self, ctx: ActionContext) -> list[AddMessage]:
        links = [f"{number}: {address_of(number)}" for number in parcels_in(ctx.ticket.title)]
        return [AddMessage("\n".join(links), is_public=self.config.tells_customer)] if links else []
