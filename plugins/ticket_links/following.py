"""How links follow the state of their issues."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.sdk import AuthFailed, Connected, Event, PluginContext, Rejected, Unreachable
from plugins.ticket_links.models import TicketLink
from plugins.ticket_links.tracker import Issue, Tracker, read_issue

AT_ONCE = 100
"""Issues that one run of `refresh` looks up; those that waited longest first."""
FRESH = timedelta(minutes=50)


async def look(ctx: PluginContext, payload: Mapping[str, Any]) -> None:
    """Look up the issue of one link."""
    link = await TicketLink.get_or_none(id=UUID(payload["link"]))
    if link is None:
        return
    for each in await ctx.integrations(Tracker):
        if each.id == link.tracker_id:
            await _look_up(ctx, each.integration, link)


async def refresh(ctx: PluginContext, _payload: Mapping[str, Any]) -> None:
    """Look up the issues of links that are followed: what the webhook did not tell. One tracker that does not answer
    keeps no other from being asked."""
    trackers = await ctx.integrations(Tracker)
    failures: list[Exception] = []
    for each in trackers:
        try:
            await _refresh_of(ctx, each)
        except (AuthFailed, Unreachable, Rejected) as error:
            failures.append(error)
    if failures and len(failures) == len(trackers):
        raise failures[0]


async def _refresh_of(ctx: PluginContext, tracker: Connected[Tracker]) -> None:
    due = TicketLink.filter(tracker_id=tracker.id, is_followed=True)
    never = await due.filter(checked_at=None).order_by("id").limit(AT_ONCE)
    stale = (
        await due.filter(checked_at__lt=ctx.now() - FRESH).order_by("checked_at").limit(AT_ONCE - len(never))
    )
    for link in [*never, *stale]:
        await _look_up(ctx, tracker.integration, link)


async def _look_up(ctx: PluginContext, tracker: Tracker, link: TicketLink) -> None:
    issue = await tracker.look_up(link.issue)
    async with ctx.transaction():
        if issue is None:
            await TicketLink.filter(id=link.id).update(checked_at=ctx.now())
        else:
            await _take(ctx, link.id, issue)


async def heard(ctx: PluginContext, payload: Mapping[str, Any]) -> None:
    """Take what the tracker's webhook told, for every link to that issue. Messages come late, and twice: the state is
    what counts, and one that changes nothing is taken silently."""
    issue = read_issue(payload["issue"], payload)
    if issue is None:
        return
    links = TicketLink.filter(tracker_id=UUID(payload["tracker"]), issue=issue.name)
    async with ctx.transaction():
        for key in await links.order_by("id").values_list("id", flat=True):
            await _take(ctx, key, issue)


async def _take(ctx: PluginContext, link_id: Any, issue: Issue) -> None:
    """What the tracker says now, in the open transaction."""
    link = await TicketLink.filter(id=link_id).select_for_update().first()
    if link is None:
        return
    before = link.state
    await TicketLink.filter(id=link.id).update(state=issue.state, title=issue.title, checked_at=ctx.now())
    if before != issue.state:
        changes = {"url": [link.url, link.url], "state": [before, issue.state]}
        await ctx.emit("ticket_links.state_changed", link.ticket_id, changes)


async def ticket_changed(ctx: PluginContext, event: Event) -> None:
    """Links of tickets that are done are not followed; the ticket is asked, so that it does not matter how often and in
    which order this is called."""
    if event.type == "ticket.updated" and "status_id" not in event.changed:
        return
    ticket = await ctx.tickets.get(event.subject_id)
    is_followed = ticket is not None and ticket.is_active and ticket.category != "CLOSED"
    await TicketLink.filter(ticket_id=event.subject_id, is_followed=not is_followed).update(
        is_followed=is_followed
    )
