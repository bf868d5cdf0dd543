"""What tickets are to each other: related, a duplicate, a child."""

from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_one, take_turns
from core.kit.errors import NotFound
from core.kit.events import Happening, record
from core.tickets import queries
from core.tickets.errors import (
    HasParent,
    LinkedWithItself,
    MadeByTheProduct,
    TicketNotFound,
    TooManyLinks,
    WouldBeItsOwnParent,
)
from core.tickets.models import TicketLink
from core.tickets.service.draft import Draft
from core.tickets.service.rules import refuse_deleted
from core.tickets.service.update_ticket import lock
from core.tickets.states import LinkKind

MOST_LINKS = 200
_BY_HAND = (LinkKind.RELATED, LinkKind.DUPLICATE, LinkKind.CHILD)
_ABOVE = """
with recursive above(id) as (
  select :start::uuid
  union
  select l.to_id from ticket_links l join above a on a.id = l.from_id
  where l.tenant_id = :tenant and l.kind = 'CHILD'
)
"""
_IS_ABOVE = f"{_ABOVE} select 1 from above where id = :sought"
_CHILDREN = (
    "select from_id from ticket_links where tenant_id = :tenant and to_id = :parent and kind = 'CHILD'"
)
_CHILD_ABOVE = f"{_ABOVE} select 1 from above where id <> :start and id in ({_CHILDREN})"


async def link_tickets(ctx: Context, from_id: UUID, to_id: UUID, kind: LinkKind) -> UUID:
    """Say that one ticket is related to, a duplicate or a child of another, and give the link's key. Twice is once.
    Needs `ticket.merge`, and both within reach. Raises LinkedWithItself, MadeByTheProduct, TicketNotFound,
    TicketDeleted, HasParent, WouldBeItsOwnParent, TooManyLinks."""
    ctx.require("ticket.merge")
    _refuse_made(kind)
    if from_id == to_id:
        raise LinkedWithItself(path=("toId",))
    drafts = await lock_pair(ctx, {"fromId": from_id, "toId": to_id})
    for place, each in (("fromId", from_id), ("toId", to_id)):
        refuse_deleted(drafts[each].before, place)
    values = {"tenant": ctx.tenant_id, "from": from_id, "to": to_id, "kind": kind.value}
    same = (
        "kind = :kind and ((from_id = :from and to_id = :to)"
        " or (:kind = 'RELATED' and from_id = :to and to_id = :from))"
    )
    found = await fetch_one(f"select id from ticket_links where tenant_id = :tenant and {same}", values)
    if found is not None:
        return UUID(str(found["id"]))
    if kind is LinkKind.CHILD:
        await _check_parent(ctx, drafts[from_id], drafts[to_id])
    for place, each in (("fromId", from_id), ("toId", to_id)):
        await _check_number(ctx, each, place)
    return await put_link(ctx, from_id, to_id, kind)


async def check_link(ctx: Context, to_id: UUID, kind: LinkKind) -> None:
    """Raises what no ticket could be linked by: MadeByTheProduct, TicketNotFound for the other one."""
    _refuse_made(kind)
    if not await queries.sees_ticket(ctx, to_id):
        raise TicketNotFound(path=("toId",))


def _refuse_made(kind: LinkKind) -> None:
    if kind not in _BY_HAND:
        raise MadeByTheProduct(path=("kind",))


async def unlink_tickets(ctx: Context, link_id: UUID) -> None:
    """Take a link away. Needs `ticket.merge`. Raises NotFound, MadeByTheProduct."""
    ctx.require("ticket.merge")
    row = await fetch_one(
        f"select l.* from ticket_links l where l.tenant_id = :tenant and l.id = :id"
        f" and {queries.link_sight(ctx.viewer, 'l')}",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": link_id},
    )
    if row is None:
        raise NotFound(path=("id",))
    if row["kind"] not in _BY_HAND:
        raise MadeByTheProduct(path=("id",))
    # The tickets first, as everybody does who writes links. A merge may have moved it meanwhile.
    await lock_pair(ctx, {"id": row["from_id"], "": row["to_id"]})
    done = await execute(
        "delete from ticket_links where tenant_id = :tenant and id = :id and from_id = :from and to_id = :to",
        {"tenant": ctx.tenant_id, "id": link_id, "from": row["from_id"], "to": row["to_id"]},
    )
    if not done:
        raise NotFound(path=("id",))
    about = {"ticket_id": [str(row["to_id"]), None], "kind": [row["kind"], None]}
    await record(ctx, Happening("ticket.unlinked", "ticket", row["from_id"], about))


async def lock_pair(ctx: Context, tickets: dict[str, UUID]) -> dict[UUID, Draft]:
    """Drafts of two tickets, locked in one order, so that two who name the same pair wait for each other and not for
    ever. `tickets` is by place in the input. Raises TicketNotFound, HandedOn at that place."""
    drafts = {}
    for place, key in sorted(tickets.items(), key=lambda each: each[1]):
        drafts[key] = await lock(ctx, key, None, path=place or "id")
    return drafts


async def put_link(ctx: Context, from_id: UUID, to_id: UUID, kind: LinkKind) -> UUID:
    """Write a link and tell of it on the ticket that it is of."""
    link = await TicketLink.create(
        id=ctx.new_id(),
        created_at=ctx.now(),
        from_id=from_id,
        to_id=to_id,
        kind=kind.value,
        by_id=ctx.actor_id,
    )
    about = {"ticket_id": [None, str(to_id)], "kind": [None, kind.value]}
    await record(ctx, Happening("ticket.linked", "ticket", from_id, about))
    return link.id


async def has_child_above(ctx: Context, parent_id: UUID, ticket_id: UUID) -> bool:
    """Whether a ticket stands below a child of another, so that it cannot take the other's children. The other is
    locked; who stands above what stays so until the transaction ends."""
    values = {"tenant": ctx.tenant_id, "parent": parent_id}
    if not await fetch(f"{_CHILDREN} limit 1", values):
        return False
    await _lock_children(ctx)
    return bool(await fetch(_CHILD_ABOVE, {**values, "start": ticket_id}))


async def _lock_children(ctx: Context) -> None:
    """What is above what depends on all such links, so they are made one after the other."""
    await take_turns("ticket children")


async def _check_parent(ctx: Context, child: Draft, parent: Draft) -> None:
    values = {"tenant": ctx.tenant_id, "child": child.id}
    await _lock_children(ctx)
    if await fetch(
        "select 1 from ticket_links where tenant_id = :tenant and from_id = :child and kind = 'CHILD' limit 1",
        values,
    ):
        raise HasParent(path=("fromId",), number=child.before["number"])
    if await fetch(_IS_ABOVE, {"tenant": ctx.tenant_id, "start": parent.id, "sought": child.id}):
        raise WouldBeItsOwnParent(path=("toId",), number=parent.before["number"])


async def _check_number(ctx: Context, ticket_id: UUID, place: str) -> None:
    row = await fetch_one(
        "select (select count(*) from ticket_links where tenant_id = :tenant and from_id = :id)"
        " + (select count(*) from ticket_links where tenant_id = :tenant and to_id = :id) as many",
        {"tenant": ctx.tenant_id, "id": ticket_id},
    )
    if row is not None and row["many"] >= MOST_LINKS:
        raise TooManyLinks(path=(place,), limit=MOST_LINKS)
