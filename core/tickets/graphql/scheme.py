"""What statuses do when people act, and what they rule out."""

from uuid import UUID

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Node, Payload, column, found, mutation, node, one
from core.kit.graph.inputs import EXPECTED_VERSION, given_values
from core.tickets import defined, queries, service
from core.tickets.graphql.types import Status

_PATCH: dict[str, str | None] = {
    "on_assign_id": "sts", "on_agent_update_id": "sts", "on_agent_reply_id": "sts", "on_customer_reply_id": "sts",
    "on_reopen_id": "sts", "closed_is_final": None, "never_back_to_new": None, "solved_is_read_only": None,
    "strict_group_lock": None,
}  # fmt: skip
_ASSIGN = "The status of a new ticket that is given to an agent (R1); a NEW one makes tickets new to each agent (F3)."
_UPDATE = "The status of a new ticket that an agent first works on (R1, F3)."
_REPLY = "The status of a ticket that is not done when an agent replies publicly (F1)."
_CUSTOMER = "The status of a pending ticket when the customer's side speaks (R4, F8)."
_REOPEN = "The status of a solved ticket when the customer's side speaks (R4)."
_FINAL = (
    "Whether closed tickets can only be deleted (R6); else `ticket.edit_closed` allows changing them (B16)."
)
_NEVER = "Whether nothing becomes new again (R2)."
_READ_ONLY = "Whether staff without `ticket.edit_closed` only read what is solved (F4)."
_LOCK = "Whether groups that have held tickets keep their names (R3)."


@node(
    prefix="ssc",
    table="status_schemes",
    sight=queries.for_staff,
    is_few=True,
    description="What statuses do when people act, and what they rule out. There is one of it.",
)
class StatusScheme(Node):
    on_assign: Status | None = one("on_assign_id", _ASSIGN)
    on_agent_update: Status | None = one("on_agent_update_id", _UPDATE)
    on_agent_reply: Status | None = one("on_agent_reply_id", _REPLY)
    on_customer_reply: Status | None = one("on_customer_reply_id", _CUSTOMER)
    on_reopen: Status | None = one("on_reopen_id", _REOPEN)
    closed_is_final: bool = column(_FINAL)
    never_back_to_new: bool = column(_NEVER)
    solved_is_read_only: bool = column(_READ_ONLY)
    strict_group_lock: bool = column(_LOCK)
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class StatusSchemeQuery:
    @found(StatusScheme, "What statuses do when people act, and what they rule out. For staff.")
    async def status_scheme(info: Info) -> UUID | None:
        return await defined.scheme_key(info.context.ctx)


@strawberry.input(
    description="A change of the scheme: what is left out stays, null of a reaction is no reaction."
)
class StatusSchemeUpdateInput:
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    on_assign_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=_ASSIGN)
    on_agent_update_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=_UPDATE)
    on_agent_reply_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=_REPLY)
    on_customer_reply_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=_CUSTOMER)
    on_reopen_id: Maybe[strawberry.ID | None] = strawberry.field(default=None, description=_REOPEN)
    closed_is_final: Maybe[bool] = strawberry.field(default=None, description=_FINAL)
    never_back_to_new: Maybe[bool] = strawberry.field(default=None, description=_NEVER)
    solved_is_read_only: Maybe[bool] = strawberry.field(default=None, description=_READ_ONLY)
    strict_group_lock: Maybe[bool] = strawberry.field(default=None, description=_LOCK)


@strawberry.type(description="What `statusSchemeUpdate` answers.")
class StatusSchemeUpdatePayload(Payload):
    status_scheme: StatusScheme | None = one("scheme_id", "The scheme as it is now.")


@strawberry.type
class StatusSchemeMutation:
    @mutation("Set what statuses do when people act, and what they rule out.", permission="status.manage")
    async def status_scheme_update(info: Info, input: StatusSchemeUpdateInput) -> StatusSchemeUpdatePayload:
        ctx = info.context.ctx
        values = given_values(input, _PATCH)
        await service.update_scheme(ctx, values, expected_version=input.expected_version)
        return StatusSchemeUpdatePayload.of(scheme_id=await defined.scheme_key(ctx))
