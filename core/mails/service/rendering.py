"""Mails about tickets, written with a template for one reader."""

import html
from dataclasses import dataclass
from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.errors import NotFound
from core.kit.i18n import translate
from core.mails import queries
from core.mails.errors import EitherTemplateOrText
from core.mails.language import Draft, write
from core.mails.service.templates import checked_text
from core.mails.service.values import for_html, values_for
from core.tickets.errors import TicketNotFound
from core.tickets.queries import sees_ticket
from core.tickets.service.bodies import bodies

LONGEST_SUBJECT = 300
LEFT_OUT = "The mail would be too long, so the rest is left out; all of it stands on the ticket."


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's words; the HTML is safe, and of the page only what stands in its body."""

    subject: str
    text: str
    html: str


async def render(ctx: Context, reader: Viewer, draft: Draft, ticket_id: UUID) -> Rendered | None:
    """What a template says about a ticket to somebody who sees it; None where the ticket is gone. Raises what is wrong
    with the template."""
    values = await values_for(ctx, reader, ticket_id)
    if values is None:
        return None
    written = write(draft, values, for_html(values), reader.locale)
    text, safe = bodies(None, written.body, path="body", may_be_empty=True)
    if written.is_cut:
        left_out = translate(LEFT_OUT, reader.locale)
        text, safe = f"{text}\n\n{left_out}".strip(), f"{safe}<p>{html.escape(left_out)}</p>"
    # A line break in a value must not become another header.
    subject = " ".join(written.subject.split())[:LONGEST_SUBJECT]
    return Rendered(subject or f"#{values['ticket']['number']}", text, safe)


async def preview(
    ctx: Context,
    ticket_id: UUID,
    *,
    template_id: UUID | None = None,
    subject: str | None = None,
    body: str | None = None,
) -> Rendered:
    """What a template, or one that is only being written, says about a ticket, to the viewer. Nothing is sent. Needs
    `mail.manage`. Raises EitherTemplateOrText, NotFound, TicketNotFound, and what is wrong with the text."""
    ctx.require(queries.PERMISSION)
    if (template_id is None) == (subject is None and body is None):
        raise EitherTemplateOrText(path=("id",))
    draft = Draft(subject or "", body or "")
    if template_id is not None:
        row = await queries.find_template(ctx, template_id)
        if row is None:
            raise NotFound(path=("id",))
        draft = Draft(row["subject"], row["body"])
    else:
        checked_text({"subject": draft.subject, "body": draft.body})
    if not await sees_ticket(ctx, ticket_id):
        raise TicketNotFound(path=("ticketId",))
    made = await render(ctx, ctx.viewer, draft, ticket_id)
    assert made is not None
    return made
