"""Canned replies: lists, mutations, and the text for a ticket."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Node, Payload, column, listing, long, lookup, mutation, node, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, key_from, needed_key
from core.tickets import queries, service

if TYPE_CHECKING:
    from core.groups.graphql import Group
    from core.identity.graphql import User

LazyGroup = Annotated["Group", strawberry.lazy("core.groups.graphql")]
LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]
_NAME = "What it is called; at most 80 characters."
_BODY = (
    "Plain text, at most 20,000 characters. `{{requester.name}}`, `{{ticket.number}}`, `{{ticket.title}}`,"
    " `{{group.name}}`, `{{agent.name}}` and `{{desk.name}}` stand for what they are called on a ticket."
)
_PATCH: dict[str, str | None] = {"name": None, "body": None}


@node(
    prefix="cnr",
    table="templates",
    sight=queries.canned_sight,
    description="A text for replies: of the desk, of a group, or somebody's own (G4, L9). For staff.",
)
class CannedReply(Node):
    name: str = column("What it is called.", filter="string", order="string")
    body: str = long("The text, with its variables.", weight=1)
    group: LazyGroup | None = one(
        "group_id", "The group whose members use it; null for the desk's and one's own.", filter=True
    )
    owner: LazyUser | None = one("owner_id", "Whose own it is; null for the desk's and groups'.", filter=True)
    created_at: datetime = column("When it was made.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class CannedReplyQuery:
    canned_reply = lookup(CannedReply, "A canned reply by its id.")
    canned_replies = listing(
        CannedReply,
        "Canned replies of the desk, of the viewer's groups and the viewer's own.",
        order=("NAME",),
    )


@strawberry.input(description="A new canned reply: a group's, one's own, or else the desk's.")
class CannedReplyCreateInput:
    name: str = strawberry.field(description=_NAME)
    body: str = strawberry.field(description=_BODY)
    group_id: strawberry.ID | None = strawberry.field(
        default=None, description="The group whose members use it."
    )
    is_own: bool = strawberry.field(default=False, description="Whether nobody else sees it.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a canned reply: what is left out stays.")
class CannedReplyUpdateInput:
    id: strawberry.ID = strawberry.field(description="The canned reply.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(default=None, description=_NAME)
    body: Maybe[str] = strawberry.field(default=None, description=_BODY)


@strawberry.input(description="The canned reply to delete.")
class CannedReplyDeleteInput:
    id: strawberry.ID = strawberry.field(description="The canned reply.")


@strawberry.input(description="A canned reply to put into a reply to a ticket.")
class CannedReplyRenderInput:
    id: strawberry.ID = strawberry.field(description="The canned reply.")
    ticket_id: strawberry.ID = strawberry.field(description="The ticket.")


@strawberry.type(description="What `cannedReplyCreate` answers.")
class CannedReplyCreatePayload(Payload):
    canned_reply: CannedReply | None = one("canned_reply_id", "The new canned reply.")


@strawberry.type(description="What `cannedReplyUpdate` answers.")
class CannedReplyUpdatePayload(Payload):
    canned_reply: CannedReply | None = one("canned_reply_id", "The canned reply as it is now.")


@strawberry.type(description="What `cannedReplyDelete` answers.")
class CannedReplyDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `cannedReplyRender` answers.")
class CannedReplyRenderPayload(Payload):
    body_text: str | None = strawberry.field(
        default=None, description="The text with its variables filled, for `body` of `ticketReply`."
    )


@strawberry.type
class CannedReplyMutation:
    @mutation("Add a canned reply: one's own with `canned_reply.own`, others with `canned_reply.manage`.")
    async def canned_reply_create(info: Info, input: CannedReplyCreateInput) -> CannedReplyCreatePayload:
        new = service.NewCannedReply(
            name=input.name,
            body=input.body,
            group_id=key_from(input.group_id, "grp", "groupId"),
            is_own=input.is_own,
        )
        key = await service.create_canned_reply(info.context.ctx, new)
        return CannedReplyCreatePayload.of(canned_reply_id=key)

    @mutation("Rename or reword a canned reply; needs what creating it needs.")
    async def canned_reply_update(info: Info, input: CannedReplyUpdateInput) -> CannedReplyUpdatePayload:
        key = needed_key(input.id, "cnr", "id")
        patch = service.CannedReplyPatch(
            values=given_values(input, _PATCH), expected_version=input.expected_version
        )
        await service.update_canned_reply(info.context.ctx, key, patch)
        return CannedReplyUpdatePayload.of(canned_reply_id=key)

    @mutation("Delete a canned reply; needs what creating it needs.")
    async def canned_reply_delete(info: Info, input: CannedReplyDeleteInput) -> CannedReplyDeletePayload:
        await service.delete_canned_reply(info.context.ctx, needed_key(input.id, "cnr", "id"))
        return CannedReplyDeletePayload.of(deleted_id=input.id)

    @mutation("The text of a canned reply for a ticket. Nothing is said; send it with `ticketReply`.")
    async def canned_reply_render(info: Info, input: CannedReplyRenderInput) -> CannedReplyRenderPayload:
        text = await service.render_canned_reply(
            info.context.ctx,
            needed_key(input.id, "cnr", "id"),
            needed_key(input.ticket_id, "tkt", "ticketId"),
        )
        return CannedReplyRenderPayload.of(body_text=text)
