"""The helpdesk's appearance in the API: what visitors see, and the blocks that are placed on its pages."""

from datetime import datetime
from enum import Enum

import strawberry
from strawberry import Maybe

from core.appearance import queries, service
from core.appearance.states import BlockAudience as Audience
from core.kit.graph import Info, Node, Payload, column, listing, lookup, mutation, node, one
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, given_values, needed_key


@strawberry.enum(description="Who is shown a block of content.")
class BlockAudience(Enum):
    EVERYBODY = strawberry.enum_value("EVERYBODY", description="Everybody, visitors too.")
    SIGNED_IN = strawberry.enum_value("SIGNED_IN", description="Whoever has signed in.")
    STAFF = strawberry.enum_value("STAFF", description="Staff alone.")


_TITLE = "Its heading; at most 120 characters."
_BODY = "HTML, at most 200,000 characters; what could harm a page is taken out."
_AUDIENCE = "Who is shown it; staff see all."
_POSITION = "Its place among the others, 0 to 9999."
_PATCH: dict[str, str | None] = dict.fromkeys(("title", "body", "audience", "position", "is_active"))


@strawberry.type(description="A block of content as it is shown.")
class ShownBlock:
    key: str = strawberry.field(description="The name by which a page places it.")
    title: str = strawberry.field(description="Its heading.")
    body_html: str = strawberry.field(description="Safe HTML.")


@strawberry.type(description="What a helpdesk's pages are drawn with (A9).")
class Helpdesk:
    name: str = strawberry.field(description="What it is called.")
    locale: str = strawberry.field(description="The locale for those who chose none.")
    time_zone: str = strawberry.field(description="The IANA time zone for those who chose none.")
    logo_url: str | None = strawberry.field(description="Where its logo is.")
    accent_color: str | None = strawberry.field(description="Its colour, as #rrggbb.")
    blocks: list[ShownBlock] = strawberry.field(
        description="The blocks of content for the caller, in their order; at most 50."
    )


@node(
    prefix="cbl",
    table="content_blocks",
    sight=queries.block_sight,
    is_few=True,
    orders={"POSITION": ("{t}.position", "number")},
    description="A piece of content that frontends place on the helpdesk's pages by its key (A9, S6).",
)
class ContentBlock(Node):
    key: str = column("The name by which a page places it; never changes.", filter="string")
    title: str = column("Its heading.")
    body_html: str = column("Safe HTML.")
    audience: BlockAudience = column(_AUDIENCE, decode=BlockAudience)
    position: int = column("Its place among the others.")
    is_active: bool = column(
        "False once archived: nobody but staff finds it, and it stands on no page.", filter="boolean"
    )
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class AppearanceQuery:
    content_block = lookup(ContentBlock, "A block of content by its id.")
    content_blocks = listing(
        ContentBlock, "The blocks of content; for staff also those that are archived.", order=("POSITION",)
    )

    @strawberry.field(
        description="The helpdesk at this host, or the caller's own, as its pages show it. Needs no sign-in; null "
        "where no helpdesk answers."
    )
    async def helpdesk(self, info: Info) -> Helpdesk | None:
        tenant_id = info.context.connection.tenant_id
        found = await queries.helpdesk(tenant_id) if tenant_id is not None else None
        if found is None:
            return None
        ctx = info.context.ctx_or_none
        blocks = await queries.shown_blocks(tenant_id, ctx.viewer if ctx else None)
        return Helpdesk(**found, blocks=[ShownBlock(**each) for each in blocks])


@strawberry.input(description="A new block of content.")
class ContentBlockCreateInput:
    key: str = strawberry.field(
        description="The name by which a page places it: small letters, digits and underscores, at most 40."
    )
    title: str = strawberry.field(description=_TITLE)
    body: str = strawberry.field(description=_BODY)
    audience: BlockAudience = strawberry.field(default=BlockAudience.EVERYBODY, description=_AUDIENCE)
    position: int = strawberry.field(default=0, description=_POSITION)
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a block of content: what is left out stays.")
class ContentBlockUpdateInput:
    id: strawberry.ID = strawberry.field(description="The block.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    title: Maybe[str] = strawberry.field(default=None, description=_TITLE)
    body: Maybe[str] = strawberry.field(default=None, description=_BODY)
    audience: Maybe[BlockAudience] = strawberry.field(default=None, description=_AUDIENCE)
    position: Maybe[int] = strawberry.field(default=None, description=_POSITION)
    is_active: Maybe[bool] = strawberry.field(
        default=None, description="False archives it, true restores it."
    )


@strawberry.input(description="The block of content to delete.")
class ContentBlockDeleteInput:
    id: strawberry.ID = strawberry.field(description="The block.")


@strawberry.type(description="What `contentBlockCreate` answers.")
class ContentBlockCreatePayload(Payload):
    content_block: ContentBlock | None = one("content_block_id", "The new block.")


@strawberry.type(description="What `contentBlockUpdate` answers.")
class ContentBlockUpdatePayload(Payload):
    content_block: ContentBlock | None = one("content_block_id", "The block as it is now.")


@strawberry.type(description="What `contentBlockDelete` answers.")
class ContentBlockDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type
class AppearanceMutation:
    @mutation("Add a block of content.", permission=queries.PERMISSION)
    async def content_block_create(info: Info, input: ContentBlockCreateInput) -> ContentBlockCreatePayload:
        new = service.NewBlock(
            key=input.key, title=input.title, body=input.body, audience=Audience(input.audience.name),
            position=input.position,
        )  # fmt: skip
        return ContentBlockCreatePayload.of(
            content_block_id=await service.create_block(info.context.ctx, new)
        )

    @mutation("Reword, move, archive or restore a block of content.", permission=queries.PERMISSION)
    async def content_block_update(info: Info, input: ContentBlockUpdateInput) -> ContentBlockUpdatePayload:
        key = needed_key(input.id, "cbl", "id")
        values = given_values(input, _PATCH)
        if "audience" in values:
            values["audience"] = Audience(values["audience"].name)
        patch = service.BlockPatch(values=values, expected_version=input.expected_version)
        await service.update_block(info.context.ctx, key, patch)
        return ContentBlockUpdatePayload.of(content_block_id=key)

    @mutation("Delete a block of content.", permission=queries.PERMISSION)
    async def content_block_delete(info: Info, input: ContentBlockDeleteInput) -> ContentBlockDeletePayload:
        await service.delete_block(info.context.ctx, needed_key(input.id, "cbl", "id"))
        return ContentBlockDeletePayload.of(deleted_id=input.id)
