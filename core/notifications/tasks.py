"""Jobs of notifications."""

from datetime import datetime, timedelta
from uuid import UUID

from core.kit.context import Context, TicketScope, UserKind, Viewer
from core.kit.jobs import Claimed, Handler
from core.kit.stream.followers import events_of
from core.notifications.service import match
from core.notifications.service.mailing import Mailing, look

MATCH_JOB = "notifications.match"


def _context(job: Claimed) -> Context:
    """The product itself, without rights: what it does here is done for others, each with their own sight."""
    nobody = Viewer(job.tenant_id, job.id, UserKind.MACHINE, TicketScope.OWN, frozenset())
    return Context(nobody, via="worker")


def match_handler(*, mail_after: timedelta) -> Handler:
    """The handler of `notifications.match`: tells people of the events of its payload."""

    async def match_events(job: Claimed) -> None:
        await match(_context(job), events_of(job.payload), mail_after=mail_after)

    return match_events


def look_handler(mailing: Mailing) -> Handler:
    """The handler of `notifications.mail`: mails what its user has not read."""

    async def look_after(job: Claimed) -> None:
        through = datetime.fromisoformat(job.payload["through"])
        await look(_context(job), UUID(job.payload["user_id"]), through, mailing)

    return look_after
