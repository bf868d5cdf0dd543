"""Say something on a ticket."""

from dataclasses import dataclass
from uuid import UUID

from core.files.service import check_uploads
from core.kit.context import Context
from core.kit.errors import Forbidden
from core.tickets.errors import NoteNotAllowed
from core.tickets.queries import reads_notes
from core.tickets.service.bodies import bodies
from core.tickets.service.draft import Draft, DraftMessage
from core.tickets.service.pipeline import run
from core.tickets.service.update_ticket import TicketPatch, apply_patch, lock
from core.tickets.states import Sender, Visibility


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message, and optionally the status to set with it in the same step (G3)."""

    body: str | None = None
    body_html: str | None = None
    visibility: Visibility = Visibility.PUBLIC
    medium: str = "API"
    upload_ids: tuple[UUID, ...] = ()
    status_id: UUID | None = None
    expected_version: int | None = None


async def reply(ctx: Context, ticket_id: UUID, new: NewMessage) -> Draft:
    """Write a message. Public ones need `ticket.reply`, private ones `ticket.note`, and a status with it
    `ticket.update`, or having the ticket (B15, G3)."""
    text, markup = check_message(ctx, new)
    draft = await lock(ctx, ticket_id, new.expected_version)
    if new.status_id is not None:
        _require_status(draft)
        await apply_patch(draft, TicketPatch(values={"status_id": new.status_id}))
        # Even the one that it has: that was said, and wins over what would follow.
        draft.chosen |= {"status_id"}
    draft.message = DraftMessage(
        id=ctx.new_id(),
        author_id=ctx.viewer.user_id,
        sender=_side(ctx, draft),
        visibility=new.visibility,
        medium=new.medium,
        body_text=text,
        body_html=markup,
        upload_ids=await check_uploads(ctx, new.upload_ids),
    )
    await run(draft)
    return draft


def check_message(ctx: Context, new: NewMessage) -> tuple[str, str]:
    """The text and the markup of a message that the viewer may write at all. Raises NoteNotAllowed, Forbidden, and for
    a bad text, at the one that was given."""
    if new.visibility is Visibility.PRIVATE and not reads_notes(ctx.viewer):
        raise NoteNotAllowed(path=("visibility",), permission="ticket.note")
    if new.visibility is Visibility.PUBLIC:
        ctx.require("ticket.reply")
    path = "bodyHtml" if new.body_html is not None else "body"
    return bodies(new.body, new.body_html, path=path, may_be_empty=bool(new.upload_ids))


def _require_status(draft: Draft) -> None:
    viewer = draft.ctx.viewer
    has_it = viewer.is_staff and draft.before["assignee_id"] == viewer.user_id
    if not has_it and not viewer.may("ticket.update"):
        raise Forbidden(path=("statusId",), permission="ticket.update")


def put_note(draft: Draft, body: str | None) -> None:
    """Say something among staff along with another act; None says nothing. Raises NoteNotAllowed, and for a bad text,
    at `note`."""
    if body is None:
        return
    ctx = draft.ctx
    if not reads_notes(ctx.viewer):
        raise NoteNotAllowed(path=("note",), permission="ticket.note")
    text, markup = bodies(body, None, path="note", may_be_empty=False)
    draft.message = DraftMessage(
        id=ctx.new_id(), author_id=ctx.viewer.user_id, sender=Sender.AGENT, visibility=Visibility.PRIVATE,
        medium="API", body_text=text, body_html=markup,
    )  # fmt: skip


def _side(ctx: Context, draft: Draft) -> Sender:
    """Members of staff who ask for help themselves (B1) speak as customers, unless they have the ticket."""
    me, before = ctx.viewer.user_id, draft.before
    asks = before["requester_id"] == me and before["assignee_id"] != me
    return Sender.AGENT if ctx.viewer.is_staff and not asks else Sender.CUSTOMER
