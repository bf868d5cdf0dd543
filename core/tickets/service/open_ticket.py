"""Open a ticket."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.fields.service import accept_values, places_of
from core.files.service import check_uploads
from core.kit.context import Context, UserKind
from core.kit.errors import DomainError, Errors, NotFound, Required, TooLong, gathering
from core.tenants.service import check_name
from core.tickets import defined, queries
from core.tickets.errors import AgentsOpenNone, ExternalIdTaken, NotOnBehalf, OnlyStaffSets, TooManyTags
from core.tickets.service.bodies import bodies
from core.tickets.service.draft import Draft, DraftMessage, blank
from core.tickets.service.forming import by_form, missing_of_form
from core.tickets.service.new_ticket import NewTicket
from core.tickets.service.pipeline import run
from core.tickets.service.references import References, check
from core.tickets.service.watching import copy_in, copy_problems
from core.tickets.states import Sender, TicketSource, Visibility
from core.tickets.tagging import MOST_TAGS

LONGEST_TITLE, LONGEST_EXTERNAL_ID = 200, 200


STAFF_ONLY = {
    "initiator_id": "initiatorId", "group_id": "groupId", "assignee_id": "assigneeId", "status_id": "statusId",
    "due_at": "dueAt", "callback_at": "callbackAt", "external_id": "externalId", "tag_ids": "tagIds",
    "cc_ids": "ccIds",
}  # fmt: skip

OPEN_SOURCES = frozenset({TicketSource.API, TicketSource.WEB, TicketSource.CHAT})
"""What people who are no staff may say a ticket came by; the other channels are claimed by whoever runs them."""


def clean_title(title: str | None) -> str:
    """The title without surrounding space. Raises Required, TooLong (200 characters)."""
    cleaned = " ".join((title or "").replace("\x00", "").split())
    if not cleaned:
        raise Required(path=("title",))
    if len(cleaned) > LONGEST_TITLE:
        raise TooLong(path=("title",), limit=LONGEST_TITLE)
    return cleaned


async def open_ticket(ctx: Context, new: NewTicket) -> Draft:
    """Open a ticket with its first message and return the written draft.

    Raises Forbidden, Errors and what the pipeline raises. Needs `ticket.create`, `ticket.assign` to give it to
    somebody, and `ticket.update` to copy somebody in, as `watch` does.
    """
    viewer = ctx.viewer
    given = [name for name in ("group_id", "assignee_id") if viewer.is_staff and getattr(new, name)]
    await check_may_open(ctx, gives=bool(given), path=[STAFF_ONLY[name] for name in given[:1]])
    if not viewer.is_staff:
        _refuse_staff_only(ctx, new)
    if new.cc_ids:
        ctx.require("ticket.update", path=("ccIds",))
    custom = None
    if new.form_id is not None:
        new, custom = await by_form(ctx, new)
    (text, markup), draft = await _checked(ctx, new, custom)
    draft.message = DraftMessage(
        id=ctx.new_id(),
        author_id=draft.now["requester_id"] if viewer.is_staff else viewer.user_id,
        sender=Sender.CUSTOMER,
        visibility=Visibility.PUBLIC,
        medium=new.source.value,
        body_text=text,
        body_html=markup,
        upload_ids=await check_uploads(ctx, new.upload_ids),
    )
    await run(draft)
    if copied := set(new.cc_ids) - {
        draft.now["requester_id"]
    }:  # a requester is never copied in on what is theirs
        await copy_in(ctx, draft.id, copied)
    return draft


async def _checked(
    ctx: Context, new: NewTicket, custom: dict[str, Any] | None
) -> tuple[tuple[str, str], Draft]:
    """The first message's bodies and the ticket. Raises Errors with all that is wrong, also with the custom
    fields that its form needs."""
    errors = list[DomainError]()
    title, said, drafts = "", ("", ""), list[Draft]()
    with gathering(errors):
        title = clean_title(new.title)
    with gathering(errors):
        path = "bodyHtml" if new.body_html is not None else "body"
        said = bodies(new.body, new.body_html, path=path, may_be_empty=bool(new.upload_ids))
    with gathering(errors):
        drafts.append(await _draft(ctx, new, title, custom))
    with gathering(errors):
        await _check_copied(ctx, new.cc_ids)
    if errors:
        raise Errors(errors + await missing_of_form(ctx, new, custom or {}))
    return said, drafts[0]


async def check_may_open(ctx: Context, *, gives: bool, path: Sequence[str] = ()) -> None:
    """Whether the viewer may open tickets at all, and such as are given to a group or an agent, of which the input
    speaks at `path`. Raises Forbidden, AgentsOpenNone."""
    ctx.require("ticket.create")
    if gives:
        ctx.require("ticket.assign", path=path)
    await _hold_agents(ctx)


async def _hold_agents(ctx: Context) -> None:
    """B14: where the tenant says so, agents who give out no work open no tickets. Raises AgentsOpenNone."""
    if ctx.viewer.kind is not UserKind.AGENT or ctx.viewer.may("ticket.assign"):
        return
    if not (await defined.settings(ctx, None))["agents_open_tickets"]:
        raise AgentsOpenNone


async def _check_copied(ctx: Context, user_ids: tuple[UUID, ...]) -> None:
    """Raises Errors that name each who cannot be copied in."""
    if not user_ids:
        return
    if problems := await copy_problems(ctx, user_ids):
        raise Errors([each.at("ccIds", *each.path) for each in problems])


def _refuse_staff_only(ctx: Context, new: NewTicket) -> None:
    if new.requester_id not in (None, ctx.viewer.user_id):
        raise NotOnBehalf(path=("requesterId",))
    given = [shown for name, shown in STAFF_ONLY.items() if getattr(new, name)]
    if new.source not in OPEN_SOURCES:
        given.append("source")
    if given:
        raise Errors([OnlyStaffSets(path=(shown,)) for shown in given])


async def _draft(ctx: Context, new: NewTicket, title: str, custom: dict[str, Any] | None) -> Draft:
    requester_id = new.requester_id or ctx.viewer.user_id
    wanted: dict[str, Any] = {
        name: getattr(new, name)
        for name in (
            "initiator_id", "group_id", "assignee_id", "status_id", "priority_id", "type_id", "nature_id",
            "category_id",
        )
    }  # fmt: skip
    errors, found, external_id = list[DomainError](), References([]), None
    with gathering(errors):
        found = await check(
            ctx, {**wanted, "requester_id": requester_id}, group_id=new.group_id, tags=new.tag_ids,
            copied=new.cc_ids,
        )  # fmt: skip
    if len(set(new.tag_ids)) > MOST_TAGS:
        errors.append(TooManyTags(path=("tagIds",), limit=MOST_TAGS))
    with gathering(errors):
        external_id = await _free_external_id(ctx, new.external_id)
    if custom is None:
        with gathering(errors):
            custom = await _custom(ctx, new, found.version)
    if errors:
        raise Errors(errors)
    requester, priority = (
        found.get("user", requester_id),
        found.get("option", new.priority_id) if new.priority_id else None,
    )
    if requester is None:
        raise NotFound(path=("requesterId",))
    now = blank(
        **wanted,
        title=title,
        source=new.source.value,
        requester_id=requester_id,
        organization_id=requester["owner"],
        priority_position=priority["position"] if priority else 0,
        due_at=new.due_at,
        callback_at=new.callback_at,
        external_id=external_id,
        form_id=new.form_id,
        custom=custom,
    )
    chosen = frozenset({"status_id"}) if new.status_id else frozenset()
    return Draft(
        ctx=ctx,
        id=ctx.new_id(),
        before={},
        now=now,
        tags=set(new.tag_ids) or None,
        chosen=chosen,
        custom_places=places_of(new.custom),
        definitions=found.version,
        creator_id=new.creator_id,
    )


async def _custom(ctx: Context, new: NewTicket, version: int | None) -> dict[str, Any]:
    """Custom values where no form says what is needed."""
    complete = ctx.viewer.kind is not UserKind.MACHINE
    return await accept_values(ctx, "TICKET", {}, new.custom, complete=complete, version=version)


async def _free_external_id(ctx: Context, external_id: str | None) -> str | None:
    if external_id is None:
        return None
    cleaned = check_name(external_id, "externalId", limit=LONGEST_EXTERNAL_ID)
    if await queries.has_external_id(ctx, cleaned):
        raise ExternalIdTaken(path=("externalId",), value=cleaned)
    return cleaned
