"""Split a message off: it becomes the first of a ticket of its own."""

from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch_one, fetch_value
from core.kit.errors import NotFound
from core.kit.events import Happening
from core.tickets import queries
from core.tickets.errors import NotSplittable
from core.tickets.service.draft import Draft, blank
from core.tickets.service.linking import put_link
from core.tickets.service.open_ticket import clean_title
from core.tickets.service.pipeline import run
from core.tickets.service.update_ticket import lock
from core.tickets.states import LinkKind, Sender, Visibility

_KEPT = ("group_id", "priority_id", "priority_position", "type_id", "nature_id", "category_id", "source")

_MOVES = (
    "update messages set ticket_id = :new where tenant_id = :tenant and id = :id",
    "update attachments set ticket_id = :new where tenant_id = :tenant and message_id = :id",
    "update notifications set ticket_id = :new where tenant_id = :tenant and message_id = :id",
)


async def split_ticket(ctx: Context, message_id: UUID, *, title: str) -> Draft:
    """Make a message of the customer's side a ticket of its own, and give its draft. Needs `ticket.merge`. The message
    and its files move there; the new ticket is of whoever wrote it, in the same group with the same priority, type,
    nature and category, and linked with the old one. Raises NotFound, NotSplittable (the first message, notes, and
    what agents wrote), Required, TooLong."""
    ctx.require("ticket.merge")
    title = clean_title(title)
    message = await fetch_one(
        f"select m.* from messages m where m.tenant_id = :tenant and m.id = :id"
        f" and {queries.message_sight(ctx.viewer, 'm')}",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": message_id},
    )
    if message is None:
        raise NotFound(path=("messageId",))
    old = await lock(ctx, message["ticket_id"], None, path="messageId")
    ends = await fetch_one(
        "select (select id from messages where tenant_id = :tenant and ticket_id = :ticket order by id limit 1)"
        " as first,"
        " (select id from messages where tenant_id = :tenant and ticket_id = :ticket and id <> :id"
        " order by id desc limit 1) as last,"
        " (select created_at from messages where tenant_id = :tenant and ticket_id = :ticket and id <> :id"
        " and sender = 'CUSTOMER' and visibility = 'PUBLIC' order by id desc limit 1) as last_customer_at,"
        " exists (select 1 from messages where tenant_id = :tenant and ticket_id = :ticket and id = :id) as is_there",
        {"tenant": ctx.tenant_id, "ticket": old.id, "id": message_id},
    )
    is_customers = message["sender"] == Sender.CUSTOMER and message["visibility"] == Visibility.PUBLIC
    if ends is None or not ends["is_there"] or ends["first"] == message_id or not is_customers:
        raise NotSplittable(path=("messageId",))
    requester_id = message["author_id"] or old.before["requester_id"]
    new = Draft(
        ctx=ctx,
        id=ctx.new_id(),
        before={},
        now=blank(
            **{name: old.before[name] for name in _KEPT},
            title=title,
            requester_id=requester_id,
            organization_id=await _organization_of(ctx, requester_id),
            last_message_id=message_id,
            last_customer_at=message["created_at"],
        ),
        definitions=old.definitions,
    )
    old.now["last_message_id"], old.now["last_customer_at"] = ends["last"], ends["last_customer_at"]
    old.is_shown = True
    old.happenings.append(Happening("ticket.split", "ticket", old.id, {"ticket_id": [None, str(new.id)]}))
    await run(old)
    await run(new)
    for text in _MOVES:
        await execute(text, {"tenant": ctx.tenant_id, "new": new.id, "id": message_id})
    await put_link(ctx, new.id, old.id, LinkKind.SPLIT)
    return new


async def _organization_of(ctx: Context, user_id: UUID) -> UUID | None:
    found: UUID | None = await fetch_value(
        "select organization_id from users where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    return found
