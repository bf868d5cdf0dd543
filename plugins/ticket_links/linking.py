"""What people do with links."""

from collections.abc import Collection, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from core.sdk import PluginContext, Rejected
from plugins.ticket_links.models import TicketLink
from plugins.ticket_links.tracker import Tracker

MOST_LINKS = 50
"""Of one ticket."""
LONGEST_URL = 500


async def link(ctx: PluginContext, ticket_id: UUID, url: str) -> TicketLink:
    """Link a ticket to the issue at this address; the issue is looked up by a job. Linking twice is linking once.
    Raises Rejected at `ticketId` and at `url`."""
    url = _checked(url)
    ticket = await ctx.tickets.get(ticket_id)
    if ticket is None:
        raise Rejected("There is no such ticket.", field="ticketId")
    async with ctx.transaction():
        # Locked, so that two at once make neither one link twice nor one too many.
        there = await TicketLink.filter(ticket_id=ticket_id).select_for_update().order_by("id")
        for each in there:
            if each.url == url:
                return each
        if len(there) >= MOST_LINKS:
            raise Rejected("A ticket has {limit} links at most.", field="url", values={"limit": MOST_LINKS})
        return await _add(ctx, ticket_id, url, is_followed=ticket.category != "CLOSED" and ticket.is_active)


async def _add(ctx: PluginContext, ticket_id: UUID, url: str, *, is_followed: bool) -> TicketLink:
    tracker_id, issue = await _tracked(ctx, url)
    made, is_new = await TicketLink.get_or_create(
        ticket_id=ticket_id,
        url=url,
        defaults={
            "id": ctx.new_id(), "created_at": ctx.now(), "tracker_id": tracker_id, "issue": issue,
            "is_followed": is_followed,
        },
    )  # fmt: skip
    if is_new:
        await ctx.emit("ticket_links.linked", ticket_id, {"url": [None, url]})
        if tracker_id is not None:
            await ctx.jobs.enqueue("look", {"link": str(made.id)})
    return made


async def unlink(ctx: PluginContext, link_id: UUID) -> TicketLink:
    """Unlink a ticket from an issue. Raises Rejected at `id`."""
    found = await TicketLink.get_or_none(id=link_id)
    if found is None or await ctx.tickets.get(found.ticket_id) is None:
        raise Rejected("There is no such link.", field="id")
    async with ctx.transaction():
        if await TicketLink.filter(id=link_id).delete():
            await ctx.emit("ticket_links.unlinked", found.ticket_id, {"url": [found.url, None]})
    return found


async def links_of(ticket_ids: Collection[UUID]) -> dict[UUID, Sequence[TicketLink]]:
    """The links of each of these tickets, oldest first, in one query. Whether they may be seen is the caller's to
    know."""
    found: dict[UUID, list[TicketLink]] = {key: [] for key in ticket_ids}
    for each in await TicketLink.filter(ticket_id__in=list(found)).order_by("id"):
        found[each.ticket_id].append(each)
    return dict(found)


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or "@" in parts.netloc:
        raise Rejected("This is no address of a page.", field="url")
    plain = parts._replace(fragment="").geturl()
    if len(plain) > LONGEST_URL or "\x00" in plain:
        raise Rejected("An address has at most {limit} letters.", field="url", values={"limit": LONGEST_URL})
    return plain


async def _tracked(ctx: PluginContext, url: str) -> tuple[UUID | None, str]:
    """By which tracker the issue is followed, and its name there."""
    for each in await ctx.integrations(Tracker):
        issue = each.integration.issue_at(url)
        if issue is not None:
            return each.id, issue
    return None, ""
