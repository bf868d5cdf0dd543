"""Mutations of side threads."""

import strawberry

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import IDEMPOTENCY_KEY, keys_from, needed_key
from core.sides import service
from core.sides.graphql.types import SideMessage, SideThread

_TEXT, _HTML = (
    "Plain text; at most 200,000 characters.",
    "HTML instead; what is unsafe is taken out.",
)


@strawberry.input(description="A new side thread, with what is said first. Whoever begins it is in it.")
class SideThreadCreateInput:
    ticket_id: strawberry.ID = strawberry.field(description="The ticket that it is beside.")
    name: str = strawberry.field(description="What it is called; at most 120 characters.")
    member_ids: list[strawberry.ID] = strawberry.field(
        description="Agents and external helpers who are in it; at most 49. They need not see the ticket, and do not by"
        " that."
    )
    body: str | None = strawberry.field(default=None, description=_TEXT)
    body_html: str | None = strawberry.field(default=None, description=_HTML)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Something to say in a side thread that one is in.")
class SideThreadReplyInput:
    id: strawberry.ID = strawberry.field(description="The side thread.")
    body: str | None = strawberry.field(default=None, description=_TEXT)
    body_html: str | None = strawberry.field(default=None, description=_HTML)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Another name for a side thread that one is in.")
class SideThreadUpdateInput:
    id: strawberry.ID = strawberry.field(description="The side thread.")
    name: str = strawberry.field(description="What it is called from now on; at most 120 characters.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="The side thread to end, with what was said in it.")
class SideThreadDeleteInput:
    id: strawberry.ID = strawberry.field(description="The side thread.")


@strawberry.input(description="Somebody to let into a side thread that one is in.")
class SideThreadMemberAddInput:
    id: strawberry.ID = strawberry.field(description="The side thread.")
    user_id: strawberry.ID = strawberry.field(description="The agent or external helper.")
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="Somebody to take out of a side thread that one is in.")
class SideThreadMemberRemoveInput:
    id: strawberry.ID = strawberry.field(description="The side thread.")
    user_id: strawberry.ID = strawberry.field(description="Who is to leave; oneself, or another one.")


@strawberry.type(description="What `sideThreadCreate` answers.")
class SideThreadCreatePayload(Payload):
    side_thread: SideThread | None = one("side_thread_id", "The new side thread.")


@strawberry.type(description="What `sideThreadReply` answers.")
class SideThreadReplyPayload(Payload):
    message: SideMessage | None = one("message_id", "What was said.")
    side_thread: SideThread | None = one("side_thread_id", "The side thread as it is now.")


@strawberry.type(description="What `sideThreadUpdate` answers.")
class SideThreadUpdatePayload(Payload):
    side_thread: SideThread | None = one("side_thread_id", "The side thread as it is now.")


@strawberry.type(description="What `sideThreadDelete` answers.")
class SideThreadDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `sideThreadMemberAdd` answers.")
class SideThreadMemberAddPayload(Payload):
    side_thread: SideThread | None = one("side_thread_id", "The side thread as it is now.")


@strawberry.type(description="What `sideThreadMemberRemove` answers.")
class SideThreadMemberRemovePayload(Payload):
    side_thread: SideThread | None = one(
        "side_thread_id", "The side thread as it is now; null for who has left it."
    )


@strawberry.type
class SideThreadMutation:
    @mutation("Begin a private conversation beside a ticket.", permission="ticket.note")
    async def side_thread_create(info: Info, input: SideThreadCreateInput) -> SideThreadCreatePayload:
        new = service.NewSideThread(
            ticket_id=needed_key(input.ticket_id, "tkt", "ticketId"), name=input.name,
            member_ids=keys_from(input.member_ids, "usr", "memberIds"), body=input.body, body_html=input.body_html,
        )  # fmt: skip
        return SideThreadCreatePayload.of(side_thread_id=await service.begin(info.context.ctx, new))

    @mutation("Say something in a side thread. For who is in it.")
    async def side_thread_reply(info: Info, input: SideThreadReplyInput) -> SideThreadReplyPayload:
        key = needed_key(input.id, "sth", "id")
        said = await service.say(info.context.ctx, key, input.body, input.body_html)
        return SideThreadReplyPayload.of(message_id=said, side_thread_id=key)

    @mutation("Rename a side thread. For who is in it.", permission="ticket.note")
    async def side_thread_update(info: Info, input: SideThreadUpdateInput) -> SideThreadUpdatePayload:
        key = needed_key(input.id, "sth", "id")
        await service.rename(info.context.ctx, key, input.name)
        return SideThreadUpdatePayload.of(side_thread_id=key)

    @mutation(
        "End a side thread for good, with what was said in it. For who began it and is in it, with `ticket.note`; and,"
        " without being told anything of it, for who works on the ticket and holds `ticket.delete`."
    )
    async def side_thread_delete(info: Info, input: SideThreadDeleteInput) -> SideThreadDeletePayload:
        await service.delete(info.context.ctx, needed_key(input.id, "sth", "id"))
        return SideThreadDeletePayload.of(deleted_id=input.id)

    @mutation("Let somebody into a side thread.", permission="ticket.note")
    async def side_thread_member_add(
        info: Info, input: SideThreadMemberAddInput
    ) -> SideThreadMemberAddPayload:
        key = needed_key(input.id, "sth", "id")
        await service.add_member(info.context.ctx, key, needed_key(input.user_id, "usr", "userId"))
        return SideThreadMemberAddPayload.of(side_thread_id=key)

    @mutation("Leave a side thread, or with `ticket.note` take somebody else out of it.")
    async def side_thread_member_remove(
        info: Info, input: SideThreadMemberRemoveInput
    ) -> SideThreadMemberRemovePayload:
        key = needed_key(input.id, "sth", "id")
        await service.remove_member(info.context.ctx, key, needed_key(input.user_id, "usr", "userId"))
        return SideThreadMemberRemovePayload.of(side_thread_id=key)
