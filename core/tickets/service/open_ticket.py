"""Open a ticket."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.fields.service import CustomInput, accept_values
from core.files.service import check_uploads
from core.kit.context import Context, UserKind
from core.kit.errors import DomainError, Errors, NotFound, Required, TooLong
from core.tenants.service import check_name
from core.tickets import queries
from core.tickets.errors import ExternalIdTaken, NotOnBehalf, OnlyStaffSets, TooManyTags
from core.tickets.service.bodies import bodies
from core.tickets.service.draft import Draft, DraftMessage, blank
from core.tickets.service.pipeline import run
from core.tickets.service.references import check
from core.tickets.states import Sender, TicketSource, Visibility

LONGEST_TITLE, LONGEST_EXTERNAL_ID, MOST_TAGS = 200, 200, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a new ticket is made of. Without a requester it is the viewer's own."""

    title: str
    body: str | None = None
    body_html: str | None = None
    requester_id: UUID | None = None
    initiator_id: UUID | None = None
    group_id: UUID | None = None
    assignee_id: UUID | None = None
    status_id: UUID | None = None
    priority_id: UUID | None = None
    type_id: UUID | None = None
    nature_id: UUID | None = None
    category_id: UUID | None = None
    source: TicketSource = TicketSource.API
    due_at: datetime | None = None
    callback_at: datetime | None = None
    external_id: str | None = None
    tag_ids: Collection[UUID] = ()
    upload_ids: tuple[UUID, ...] = ()
    custom: tuple[CustomInput, ...] = ()


STAFF_ONLY = {
    "initiator_id": "initiatorId", "group_id": "groupId", "assignee_id": "assigneeId", "status_id": "statusId",
    "due_at": "dueAt", "callback_at": "callbackAt", "external_id": "externalId", "tag_ids": "tagIds",
}  # fmt: skip

OPEN_SOURCES = frozenset({TicketSource.API, TicketSource.WEB, TicketSource.CHAT})
"""What people who are no staff may say a ticket came by; the other channels are claimed by whoever runs them."""


def clean_title(title: str) -> str:
    """The title without surrounding space. Raises Required, TooLong (200 characters)."""
    cleaned = " ".join(title.replace("\x00", "").split())
    if not cleaned:
        raise Required(path=("title",))
    if len(cleaned) > LONGEST_TITLE:
        raise TooLong(path=("title",), limit=LONGEST_TITLE)
    return cleaned


async def open_ticket(ctx: Context, new: NewTicket) -> Draft:
    """Open a ticket with its first message and return the written draft.

    Raises Forbidden, Errors and what the pipeline raises. Needs `ticket.create`, and `ticket.assign` to give it to
    somebody.
    """
    ctx.require("ticket.create")
    viewer = ctx.viewer
    if not viewer.is_staff:
        _refuse_staff_only(ctx, new)
    if new.group_id or new.assignee_id:
        ctx.require("ticket.assign")
    title, (text, markup) = _said(new)
    draft = await _draft(ctx, new, title)
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
    return draft


def _said(new: NewTicket) -> tuple[str, tuple[str, str]]:
    """The title and the first message's bodies. Raises Errors for both of them at once."""
    errors: list[DomainError] = []
    title, said = "", ("", "")
    try:
        title = clean_title(new.title)
    except DomainError as error:
        errors.append(error)
    try:
        path = "bodyHtml" if new.body_html is not None else "body"
        said = bodies(new.body, new.body_html, path=path, may_be_empty=bool(new.upload_ids))
    except DomainError as error:
        errors.append(error)
    if errors:
        raise Errors(errors)
    return title, said


def _refuse_staff_only(ctx: Context, new: NewTicket) -> None:
    if new.requester_id not in (None, ctx.viewer.user_id):
        raise NotOnBehalf(path=("requesterId",))
    given = [shown for name, shown in STAFF_ONLY.items() if getattr(new, name)]
    if new.source not in OPEN_SOURCES:
        given.append("source")
    if given:
        raise Errors([OnlyStaffSets(path=(shown,)) for shown in given])


async def _draft(ctx: Context, new: NewTicket, title: str) -> Draft:
    requester_id = new.requester_id or ctx.viewer.user_id
    wanted: dict[str, Any] = {
        name: getattr(new, name)
        for name in (
            "initiator_id", "group_id", "assignee_id", "status_id", "priority_id", "type_id", "nature_id",
            "category_id",
        )
    }  # fmt: skip
    found = await check(
        ctx, {**wanted, "requester_id": requester_id}, group_id=new.group_id, tags=new.tag_ids
    )
    if len(set(new.tag_ids)) > MOST_TAGS:
        raise TooManyTags(path=("tagIds",), limit=MOST_TAGS)
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
        external_id=await _free_external_id(ctx, new.external_id),
        custom=await accept_values(
            ctx,
            "TICKET",
            {},
            new.custom,
            complete=ctx.viewer.kind is not UserKind.MACHINE,
            version=found.version,
        ),
    )
    chosen = frozenset({"status_id"}) if new.status_id else frozenset()
    return Draft(
        ctx=ctx,
        id=ctx.new_id(),
        before={},
        now=now,
        tags=set(new.tag_ids) or None,
        chosen=chosen,
        definitions=found.version,
    )


async def _free_external_id(ctx: Context, external_id: str | None) -> str | None:
    if external_id is None:
        return None
    cleaned = check_name(external_id, "externalId", limit=LONGEST_EXTERNAL_ID)
    if await queries.has_external_id(ctx, cleaned):
        raise ExternalIdTaken(path=("externalId",), value=cleaned)
    return cleaned
