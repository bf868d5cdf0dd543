"""The outbox of mails: what is queued goes out after the commit, and not at all when there is none."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.kit.context import Context
from core.kit.jobs import enqueue
from core.kit.mail.templates import write

KIND = "mail.send"
USEFUL = timedelta(days=7)
"""A mail that could not be sent is forgotten after this, unless it is told otherwise."""


async def queue_mail(
    ctx: Context,
    *,
    to: str,
    locale: str,
    template: str,
    values: Mapping[str, object],
    useful_until: datetime | None = None,
) -> None:
    """Ask, in the open transaction, for a mail to one address. Raises BadMail when the template or a value of it is
    missing: here, where the mistake is, and not later in the worker.

    The values may hold a secret link; the job forgets them as soon as it is done, and where it is parked when they are
    of no use any more.
    """
    write(template, locale, values)
    payload = {"to": to, "locale": locale, "template": template, "values": dict(values)}
    await enqueue(ctx, KIND, payload, forget_at=useful_until or ctx.now() + USEFUL)
