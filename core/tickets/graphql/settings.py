"""Who opens the tenant's tickets, and how they rest and are released by themselves."""

from uuid import UUID

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Node, Payload, column, found, mutation, node, one
from core.kit.graph.inputs import EXPECTED_VERSION, given_values
from core.tickets import defined, queries, service

_PATCH: dict[str, str | None] = dict.fromkeys(
    (
        "agents_open_tickets", "purge_deleted_days", "purge_suspended_days", "releases_overdue", "lets_reclaim",
        "invalid_after_releases", "holds_parents", "favorite_view_limit",
    )
)  # fmt: skip
_AGENTS = (
    "Whether agents without the right `ticket.assign` open tickets (B14): who gives out work always does."
)
_DELETED = "So many days after it was deleted a ticket is purged (F10), 1 to 3650; null for never."
_SUSPENDED = "So many days after it was suspended a ticket is purged (F11), 1 to 3650; null for never."
_OVERDUE = "Whether a ticket goes back to its group's queue when its deadline passes (F13)."

_RECLAIM = "Whether agents may take a ticket that was given back (D13); else it is assigned."
_PARENTS = "Whether a ticket can be solved only when its children are."
_FAVORITES = "How many favourite searches each member of staff may keep (I6), 0 to 100."
_INVALID = "Given back so often a ticket becomes invalid (D14), 1 to 100; null for never."


@node(
    prefix="tse",
    table="ticket_settings",
    sight=queries.for_staff,
    is_few=True,
    description="Who opens the helpdesk's tickets, and how they rest and are released by themselves. There is one.",
)
class TicketSettings(Node):
    agents_open_tickets: bool = column(_AGENTS)
    purge_deleted_days: int | None = column(_DELETED)
    purge_suspended_days: int | None = column(_SUSPENDED)
    releases_overdue: bool = column(_OVERDUE)
    lets_reclaim: bool = column(_RECLAIM)
    holds_parents: bool = column(_PARENTS)
    invalid_after_releases: int | None = column(_INVALID)
    favorite_view_limit: int = column(_FAVORITES)
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class TicketSettingsQuery:
    @found(TicketSettings, "Who opens tickets, and how they rest and are released by themselves. For staff.")
    async def ticket_settings(info: Info) -> UUID | None:
        return await defined.settings_key(info.context.ctx)


@strawberry.input(
    description="A change of how tickets behave by themselves: what is left out stays, null is never."
)
class TicketSettingsUpdateInput:
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    agents_open_tickets: Maybe[bool] = strawberry.field(default=None, description=_AGENTS)
    purge_deleted_days: Maybe[int | None] = strawberry.field(default=None, description=_DELETED)
    purge_suspended_days: Maybe[int | None] = strawberry.field(default=None, description=_SUSPENDED)
    releases_overdue: Maybe[bool] = strawberry.field(default=None, description=_OVERDUE)
    lets_reclaim: Maybe[bool] = strawberry.field(default=None, description=_RECLAIM)
    holds_parents: Maybe[bool] = strawberry.field(default=None, description=_PARENTS)
    invalid_after_releases: Maybe[int | None] = strawberry.field(default=None, description=_INVALID)
    favorite_view_limit: Maybe[int] = strawberry.field(default=None, description=_FAVORITES)


@strawberry.type(description="What `ticketSettingsUpdate` answers.")
class TicketSettingsUpdatePayload(Payload):
    ticket_settings: TicketSettings | None = one("settings_id", "The settings as they are now.")


@strawberry.type
class TicketSettingsMutation:
    @mutation(
        "Set who opens tickets, and how they rest and are released by themselves.",
        permission="ticket.configure",
    )
    async def ticket_settings_update(
        info: Info, input: TicketSettingsUpdateInput
    ) -> TicketSettingsUpdatePayload:
        ctx = info.context.ctx
        values = given_values(input, _PATCH)
        await service.update_settings(ctx, values, expected_version=input.expected_version)
        return TicketSettingsUpdatePayload.of(settings_id=await defined.settings_key(ctx))
