"""Jobs of notifications."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.extensions.service import Tools
from core.extensions.tasks import Watchdog, asleep
from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.jobs import Claimed, Handler, of_plugins
from core.kit.mail.sending import Addressed
from core.kit.stream.followers import events_of
from core.notifications.service import match
from core.notifications.service.delivering import SECONDS, Mail, deliver
from core.notifications.service.lettering import Letter, addressed
from core.notifications.service.mailing import Mailing, look
from core.notifications.service.noting import note
from core.notifications.service.occasions import ask_for_letters

MATCH_JOB = "notifications.match"
MARGIN = 30.0
"""For what is read and written before and after a medium is called."""


def _context(job: Claimed) -> Context:
    """The product itself, without rights: what it does here is done for others, each with their own sight."""
    nobody = Viewer(job.tenant_id, job.id, UserKind.MACHINE, TicketScope.OWN, frozenset())
    return Context(nobody, via="worker", is_automatic=True)


def match_handler(*, mail_after: timedelta) -> Handler:
    """The handler of `notifications.match`: tells people of the events of its payload, and asks for the mails that the
    tenant's mail settings want about them."""

    async def match_events(job: Claimed) -> None:
        await match(_context(job), events_of(job.payload), mail_after=mail_after)
        await ask_for_letters(_context(job), events_of(job.payload))

    return match_events


def look_handler(mailing: Mailing) -> Handler:
    """The handler of `notifications.mail`: mails what its user has not read."""

    async def look_after(job: Claimed) -> None:
        through = datetime.fromisoformat(job.payload["through"])
        await look(_context(job), UUID(job.payload["user_id"]), through, mailing)

    return look_after


def deliver_handler(tools: Tools, watchdog: Watchdog | None = None) -> Handler:
    """The handler of `notifications.deliver`: takes mails to media of tenants' own, which are plugins' code."""
    watchdog = watchdog or asleep()

    async def deliver_mail(job: Claimed) -> None:
        watched = watchdog.watch(SECONDS + MARGIN)
        try:
            await deliver(_context(job), job.id, _asked(job), tools)
        finally:
            watchdog.leave(watched)

    return of_plugins(deliver_mail)


def _asked(job: Claimed) -> Mail | Letter:
    return Letter(**job.payload["letter"]) if "letter" in job.payload else Mail(**job.payload)


async def mail_author(job: Claimed) -> Addressed | None:
    """Addresses and writes a mail by a template of the tenant's, which the product's own server is about to send."""
    return await addressed(_context(job), job.id, Letter(**job.payload["letter"]))


async def mail_ended(job: Claimed, about: Mapping[str, Any], refused: str | None) -> None:
    """A mail that the product's own server was to send was sent, or never will be."""
    await note(_context(job), about, job.id, refused=refused)
