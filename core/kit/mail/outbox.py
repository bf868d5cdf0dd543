"""The outbox of mails: what is queued goes out after the commit, and not at all when there is none."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.kit.context import Context
from core.kit.jobs import enqueue
from core.kit.mail.templates import write

KIND = "mail.send"
USEFUL = timedelta(days=7)
"""A mail that could not be sent is forgotten after this, unless it is told otherwise."""


async def queue_letter(ctx: Context, letter: Mapping[str, object]) -> None:
    """Ask, in the open transaction, for a mail that is addressed and written only when it is sent, by the `author` that
    the handler has; see `mail_handler`."""
    await enqueue(ctx, KIND, {"letter": dict(letter)}, forget_at=ctx.now() + USEFUL)


async def queue_mail(
    ctx: Context,
    *,
    to: str,
    locale: str,
    template: str,
    values: Mapping[str, object],
    useful_until: datetime | None = None,
    about: Mapping[str, object] | None = None,
) -> None:
    """Ask, in the open transaction, for a mail to one address. Raises BadMail when the template or a value of it is
    missing: here, where the mistake is, and not later in the worker.

    `about` is for whoever wants to know how it ended; see `mail_handler`. The values may hold a secret link; the job
    forgets them as soon as it is done, and where it is parked when they are of no use any more.
    """
    write(template, locale, values)
    payload: dict[str, object] = {"to": to, "locale": locale, "template": template, "values": dict(values)}
    if about is not None:
        payload["about"] = dict(about)
    await enqueue(ctx, KIND, payload, forget_at=useful_until or ctx.now() + USEFUL)
