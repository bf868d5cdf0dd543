"""Begin side threads, speak in them, and choose who is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from core.identity.rights import refuse_impersonation
from core.kit.context import Context
from core.kit.database import erase, execute, take_turns
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, NotFound
from core.kit.events import Happening, record
from core.sides import queries
from core.sides.errors import (
    CannotBeMember,
    LastMember,
    NotBegunByYou,
    RequesterNeverReads,
    SideThreadNotFound,
    TooManyMembers,
    TooManySideThreads,
)
from core.sides.models import SideMessage, SideThread
from core.tenants.service import check_name
from core.tickets.errors import TicketNotFound
from core.tickets.queries import reaches_ticket, seen_ticket, sees_ticket
from core.tickets.service.bodies import bodies
from core.tickets.service.rules import refuse_deleted

MOST_THREADS, MOST_MEMBERS = 50, 50
_LONGEST_NAME = 120
_FIT = ("AGENT", "EXTERNAL")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSideThread:
    """A side thread to be, with what is said first. Whoever begins it is in it."""

    ticket_id: UUID
    name: str
    member_ids: Sequence[UUID]
    body: str | None = None
    body_html: str | None = None


async def begin(ctx: Context, new: NewSideThread) -> UUID:
    """Begin a side thread beside a ticket that the viewer sees. Needs `ticket.note`. Those who are added read it, and
    not the ticket by that. Raises TicketNotFound, TicketDeleted, TooManySideThreads, TooManyMembers,
    NotWhileImpersonating, Errors with what is wrong with name, text and each member."""
    refuse_impersonation(ctx)
    ctx.require(queries.PERMISSION)
    ticket = await seen_ticket(ctx, new.ticket_id)
    if ticket is None:
        raise TicketNotFound(path=("ticketId",))
    refuse_deleted(ticket, "ticketId")
    me = ctx.viewer.user_id
    if ticket["requester_id"] == me:
        raise RequesterNeverReads(path=("ticketId",), name=await _name(ctx, me), number=ticket["number"])
    members = list(dict.fromkeys((me, *new.member_ids)))
    if len(members) > MOST_MEMBERS:
        raise TooManyMembers(path=("memberIds",), limit=MOST_MEMBERS)
    name, said = await _checked(ctx, new, ticket["requester_id"], ticket["number"])
    await take_turns("side threads", new.ticket_id)
    if await queries.count_threads(ctx, new.ticket_id) >= MOST_THREADS:
        raise TooManySideThreads(path=("ticketId",), limit=MOST_THREADS)
    made = await SideThread.create(
        id=ctx.new_id(),
        created_at=ctx.now(),
        ticket_id=new.ticket_id,
        name=name,
        creator_id=me,
        said_at=ctx.now(),
    )
    await _add(ctx, made.id, members)
    await record(ctx, Happening("side_thread.created", "side_thread", made.id, {}))
    await _say(ctx, made.id, *said)
    return made.id


async def _checked(
    ctx: Context, new: NewSideThread, requester_id: UUID, number: int
) -> tuple[str, tuple[str, str]]:
    errors: list[DomainError] = []
    name, said = "", ("", "")
    try:
        name = check_name(new.name, "name", limit=_LONGEST_NAME)
    except DomainError as error:
        errors.append(error)
    try:
        said = _bodies(new.body, new.body_html)
    except DomainError as error:
        errors.append(error)
    found = await queries.people(ctx, new.member_ids)
    for place, key in enumerate(new.member_ids):
        problem = _problem(found, key, requester_id, number, "memberIds", str(place))
        if problem is not None:
            errors.append(problem)
    if errors:
        raise Errors(errors)
    return name, said


def _problem(
    found: dict[UUID, Row], key: UUID, requester_id: UUID, number: int, *path: str
) -> DomainError | None:
    user = found.get(key)
    if user is None:
        return NotFound(path=path)
    if key == requester_id:
        return RequesterNeverReads(path=path, name=user["name"], number=number)
    fits = user["kind"] in _FIT and user["status"] != "DISABLED"
    return None if fits else CannotBeMember(path=path)


async def say(ctx: Context, key: UUID, body: str | None, body_html: str | None) -> UUID:
    """Say something in a side thread that the viewer is in, and give the message's key. Raises SideThreadNotFound,
    NotWhileImpersonating, EmptyMessage, TooLong."""
    refuse_impersonation(ctx)
    if await queries.lock_thread(ctx, key) is None:
        raise SideThreadNotFound(path=("id",))
    return await _say(ctx, key, *_bodies(body, body_html))


async def _say(ctx: Context, key: UUID, text: str, markup: str) -> UUID:
    made = await SideMessage.create(
        id=ctx.new_id(), created_at=ctx.now(), thread_id=key, author_id=ctx.viewer.user_id, body_text=text,
        body_html=markup,
    )  # fmt: skip
    await execute(
        "update side_threads set said_at = :now where tenant_id = :tenant and id = :id",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "id": key},
    )
    # What was said stands nowhere else: whoever reads the log learns that, and when, and no more.
    await record(ctx, Happening("side_thread.said", "side_thread", key, {}))
    return made.id


async def rename(ctx: Context, key: UUID, name: str) -> None:
    """Call a side thread that the viewer is in something else. Needs `ticket.note`. The same name changes nothing.
    Raises SideThreadNotFound, NotWhileImpersonating, Required, TooLong."""
    refuse_impersonation(ctx)
    ctx.require(queries.PERMISSION)
    cleaned = check_name(name, "name", limit=_LONGEST_NAME)
    if await queries.lock_thread(ctx, key) is None:
        raise SideThreadNotFound(path=("id",))
    changed = await execute(
        "update side_threads set name = :name where tenant_id = :tenant and id = :id and name <> :name",
        {"name": cleaned, "tenant": ctx.tenant_id, "id": key},
    )
    if changed:
        # Neither name stands in the log, as nothing does that is said in it.
        await record(ctx, Happening("side_thread.renamed", "side_thread", key, {}))


async def delete(ctx: Context, key: UUID) -> None:
    """End a side thread for good, with what was said in it; its place beside the ticket is free again. Whoever began it
    may, while in it and with `ticket.note`; and with `ticket.delete` whoever has the ticket within reach, who is told
    nothing of it by that. Raises SideThreadNotFound, NotWhileImpersonating, NotBegunByYou."""
    refuse_impersonation(ctx)
    seen = await queries.lock_thread(ctx, key)
    if not await _may_end(ctx, key, is_in_it=seen is not None):
        raise SideThreadNotFound(path=("id",)) if seen is None else NotBegunByYou(path=("id",))
    # Nobody is told, by mail neither, of what is no longer there.
    await execute(
        "delete from notifications where tenant_id = :tenant and thread_id = :thread",
        {"tenant": ctx.tenant_id, "thread": key},
    )
    await erase("side_threads", [key])
    await record(ctx, Happening("side_thread.deleted", "side_thread", key, {}))


async def _may_end(ctx: Context, key: UUID, *, is_in_it: bool) -> bool:
    thread = await queries.any_thread(ctx, key)
    if thread is None or thread["requester_id"] == ctx.viewer.user_id:
        return False
    began = is_in_it and thread["creator_id"] == ctx.viewer.user_id and ctx.viewer.may(queries.PERMISSION)
    return began or (ctx.viewer.may("ticket.delete") and await reaches_ticket(ctx, thread["ticket_id"]))


async def add_member(ctx: Context, key: UUID, user_id: UUID) -> None:
    """Let somebody into a side thread that the viewer is in: they read all of it. Needs `ticket.note`. Twice is once.
    Raises SideThreadNotFound, NotWhileImpersonating, NotFound, CannotBeMember, TooManyMembers, and RequesterNeverReads
    to who sees the ticket."""
    refuse_impersonation(ctx)
    ctx.require(queries.PERMISSION)
    thread = await queries.lock_thread(ctx, key)
    if thread is None:
        raise SideThreadNotFound(path=("id",))
    found = await queries.people(ctx, [user_id])
    problem = _problem(found, user_id, thread["requester_id"], thread["number"], "userId")
    if isinstance(problem, RequesterNeverReads) and not await sees_ticket(ctx, thread["ticket_id"]):
        # being in it tells nobody which ticket it is beside, and who asked that
        problem = CannotBeMember(path=("userId",))
    if problem is not None:
        raise problem
    members = await queries.members_of(ctx, key)
    if user_id in members:
        return
    if len(members) >= MOST_MEMBERS:
        raise TooManyMembers(path=("userId",), limit=MOST_MEMBERS)
    await _add(ctx, key, [user_id])
    await record(ctx, Happening("side_thread.joined", "side_thread", key, {"user_id": [None, str(user_id)]}))


async def remove_member(ctx: Context, key: UUID, user_id: UUID) -> None:
    """Leave a side thread, or with `ticket.note` take somebody else out of one that the viewer is in. Who is not in it
    is no error. Raises SideThreadNotFound, NotWhileImpersonating, Forbidden, LastMember."""
    refuse_impersonation(ctx)
    if await queries.lock_thread(ctx, key) is None:
        raise SideThreadNotFound(path=("id",))
    if user_id != ctx.viewer.user_id:
        ctx.require(queries.PERMISSION)
    members = await queries.members_of(ctx, key)
    if user_id not in members:
        return
    if len(members) == 1:
        raise LastMember(path=("userId",))
    await execute(
        "delete from side_thread_members where tenant_id = :tenant and thread_id = :thread and user_id = :user",
        {"tenant": ctx.tenant_id, "thread": key, "user": user_id},
    )
    await record(ctx, Happening("side_thread.left", "side_thread", key, {"user_id": [str(user_id), None]}))


async def _add(ctx: Context, key: UUID, members: Sequence[UUID]) -> None:
    await execute(
        "insert into side_thread_members (id, tenant_id, created_at, thread_id, user_id)"
        " select x.id, :tenant, :now, :thread, x.user_id from unnest(:ids::uuid[], :users::uuid[]) x(id, user_id)"
        " order by x.user_id on conflict do nothing",
        {
            "tenant": ctx.tenant_id, "now": ctx.now(), "thread": key, "ids": [ctx.new_id() for _ in members],
            "users": list(members),
        },
    )  # fmt: skip


def _bodies(body: str | None, body_html: str | None) -> tuple[str, str]:
    path = "bodyHtml" if body_html is not None else "body"
    return bodies(body, body_html, path=path, may_be_empty=False)


async def _name(ctx: Context, key: UUID) -> str:
    found = await queries.people(ctx, [key])
    return str(found[key]["name"]) if key in found else ""
