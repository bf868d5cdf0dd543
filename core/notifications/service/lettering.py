"""Mails by templates of the tenant's own (Q3): whom each occasion is for, and what it says, when it is sent.

One day triggers write such mails (X7). Until then this is what the page of mail settings asks for, and nothing more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.identity.queries import viewers_of
from core.kit.context import Context, UserKind
from core.kit.database import fetch_one
from core.kit.database.sql import Row
from core.kit.errors import DomainError
from core.kit.i18n import choose_locale
from core.kit.jobs import GiveUp
from core.kit.mail.sending import Addressed
from core.kit.mail.templates import Written, page
from core.mails.language import Draft
from core.mails.queries import INITIATOR, find_template, settings_of
from core.mails.service import render
from core.notifications.service.noting import is_lettered, note
from core.tickets.queries import who_sees

TYPES = ("ticket.created", "ticket.updated")
"""Events that the page of mail settings asks for mails about."""


class Occasion(StrEnum):
    """What such a mail is about, and so whom it goes to."""

    OPENED = "OPENED"
    STATUS = "STATUS"
    STATUS_TO_CREATOR = "STATUS_TO_CREATOR"


_BROUGHT = "import"
_TEMPLATES = {
    Occasion.OPENED: "opened_template_id",
    Occasion.STATUS: "status_template_id",
    Occasion.STATUS_TO_CREATOR: "creator_template_id",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail to be: neither whom it goes to nor what it says is known before it is sent (Q4)."""

    occasion: str
    ticket_id: str
    event_id: str
    by: Sequence[str] = ()
    """Who did it: they know."""

    @property
    def payload(self) -> dict[str, Any]:
        return asdict(self)

    @property
    def name(self) -> str:
        """What it is known by on its ticket."""
        return f"{self.event_id}:{self.occasion}"


def template_for(settings: Row, occasion: Occasion) -> UUID | None:
    """The template of an occasion; None where it is not mailed about."""
    if occasion is Occasion.STATUS_TO_CREATOR and not settings["tells_creator"]:
        return None
    found: UUID | None = settings[_TEMPLATES[occasion]] or settings["default_template_id"]
    return found


def letters_of(settings: Row, event: Row, changes: Mapping[str, Any]) -> list[Letter]:
    """The mails that the settings ask for about an event."""
    if event["via"] == _BROUGHT:
        occasions = []  # what comes from elsewhere was told of there
    elif event["type"] == "ticket.created":
        occasions = [Occasion.OPENED]
    elif "status_id" in changes:
        occasions = [Occasion.STATUS, Occasion.STATUS_TO_CREATOR]
    else:
        occasions = []
    by = [str(event[name]) for name in ("actor_id", "on_behalf_of_id") if event[name]]
    return [
        Letter(occasion=each, ticket_id=str(event["ticket_id"]), event_id=str(event["id"]), by=by)
        for each in occasions
        if template_for(settings, each) is not None
    ]


_PEOPLE = f"""
select t.assignee_id, t.creator_id, {INITIATOR} as initiator_id from tickets t
where t.tenant_id = :tenant and t.id = :id
"""


async def addressed(ctx: Context, key: UUID, letter: Letter) -> Addressed | None:
    """The mail as it is to be sent now, by the settings, to whoever it is for, and with what the ticket says, as they
    are now. None where nobody is to get it: it was sent before, is not wanted any more, or whoever it is for is away
    for good, has no address or does not see the ticket. Raises GiveUp for a template that cannot be written with."""
    ticket_id, occasion = UUID(letter.ticket_id), Occasion(letter.occasion)
    settings = await settings_of(ctx)
    template_id = template_for(settings, occasion) if settings else None
    if settings is None or template_id is None or await is_lettered(ctx, ticket_id, letter.name):
        return None
    reader = await _reader(ctx, letter)
    template = await find_template(ctx, template_id)
    if reader is None or template is None:
        return None
    viewer = next(iter(await viewers_of([reader["id"]])), None)
    if viewer is None or viewer.kind is UserKind.MACHINE or not await who_sees([(ticket_id, viewer)]):
        return None
    about = {"user": str(reader["id"]), "tickets": [letter.ticket_id], "letter": letter.name}
    try:
        made = await render(ctx, viewer, Draft(template["subject"], template["body"]), ticket_id)
    except DomainError as error:
        await note(ctx, about, key, refused=str(error))
        raise GiveUp(str(error)) from error
    if made is None:
        return None
    locale = choose_locale(viewer.locale)
    words = Written(locale, made.subject, made.text + "\n", page(locale, made.html))
    return Addressed(reader["email"], reader["name"], words, about, settings["names_recipients"])


async def _reader(ctx: Context, letter: Letter) -> Row | None:
    """Whom it is for now, if they have an address. Who changed the status knows; who opened a ticket gets a receipt."""
    people = await fetch_one(_PEOPLE, {"tenant": ctx.tenant_id, "id": UUID(letter.ticket_id)})
    if people is None:
        return None
    occasion = Occasion(letter.occasion)
    column = {Occasion.OPENED: "initiator_id", Occasion.STATUS: "assignee_id"}.get(occasion, "creator_id")
    key: UUID | None = people[column]
    is_told_as_assignee = occasion is Occasion.STATUS_TO_CREATOR and key == people["assignee_id"]
    if key is None or is_told_as_assignee or (occasion is not Occasion.OPENED and str(key) in letter.by):
        return None
    return await fetch_one(
        "select id, name, email from users where tenant_id = :tenant and id = :id and email is not null",
        {"tenant": ctx.tenant_id, "id": key},
    )
