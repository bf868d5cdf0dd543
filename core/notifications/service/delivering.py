"""Notifications by a medium of the tenant's own, instead of the product's mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.extensions.errors import InstanceUnusable
from core.extensions.service import Tools
from core.extensions.service.noting import without
from core.extensions.service.sealing import open_all
from core.extensions.service.using import call_instance, ready
from core.kit.context import Context
from core.kit.database import fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.ids import moment_of
from core.kit.jobs import GiveUp, enqueue
from core.kit.mail.outbox import USEFUL, queue_letter, queue_mail
from core.kit.mail.sending import Addressed
from core.kit.mail.templates import write
from core.notifications.service.lettering import Letter, addressed
from core.notifications.service.noting import is_noted, note
from core.pluginhost.isolation import Broken
from core.sdk import ProviderError, Recipient, Rejected, Rendered

DELIVER = "notifications.deliver"
KIND = "notification_medium"
SCOPE = "people:notify"
SECONDS = 30.0
LATEST = timedelta(hours=6)
"""What a medium has not taken by then is given up: it is no news any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail to be: what `queue_mail` takes, and whom and which tickets it is about."""

    to: str
    locale: str
    template: str
    values: Mapping[str, Any]
    about: Mapping[str, Any]


class NotReady(Exception):
    """This server does not have the medium's plugin in full; another, or a later one, may."""


async def find_medium(tenant_id: UUID) -> Row | None:
    """The tenant's own medium: of several the one that the mail settings name, or else the one that was made first. One
    whose plugin is disabled is none."""
    return await fetch_one(
        "select i.* from plugin_instances i join plugin_enablements e on e.tenant_id = i.tenant_id"
        " and e.plugin = i.plugin left join mail_settings s on s.tenant_id = i.tenant_id and s.medium_id = i.id"
        " where i.tenant_id = :tenant and i.kind = :kind order by s.id is null, i.id limit 1",
        {"tenant": tenant_id, "kind": KIND},
    )


async def send(ctx: Context, mail: Mail) -> None:
    """Ask, in the open transaction, for a mail by the tenant's medium, or by the product's server where it has none.
    Raises BadMail."""
    if await find_medium(ctx.tenant_id) is None:
        await _by_product(ctx, mail)
        return
    write(mail.template, mail.locale, mail.values)
    payload = {
        "to": mail.to, "locale": mail.locale, "template": mail.template, "values": dict(mail.values),
        "about": dict(mail.about),
    }  # fmt: skip
    await enqueue(ctx, DELIVER, payload, forget_at=ctx.now() + USEFUL)


async def send_letters(ctx: Context, letters: Sequence[Letter]) -> None:
    """Ask, in the open transaction, for mails by templates of the tenant's own; by what, as in `send`."""
    medium = await find_medium(ctx.tenant_id) if letters else None
    for letter in letters:
        if medium is None:
            await queue_letter(ctx, letter.payload)
        else:
            await enqueue(ctx, DELIVER, {"letter": letter.payload}, forget_at=ctx.now() + USEFUL)


async def _by_product(ctx: Context, mail: Mail) -> None:
    await queue_mail(
        ctx, to=mail.to, locale=mail.locale, template=mail.template, values=mail.values, about=mail.about
    )


async def deliver(ctx: Context, key: UUID, asked: Mail | Letter, tools: Tools) -> None:
    """Take a mail to the medium that the tenant has now, or to the product's server where it has none any more. Raises
    GiveUp where that can never succeed, and whatever calls for another attempt."""
    if isinstance(asked, Mail) and await is_noted(ctx, asked.about, key):
        return
    medium = await find_medium(ctx.tenant_id)
    if medium is None:
        async with transaction():
            await (_by_product(ctx, asked) if isinstance(asked, Mail) else queue_letter(ctx, asked.payload))
        return
    if not tools.host.is_ready(medium["plugin"]):
        raise NotReady(medium["plugin"])
    mail = _addressed(asked) if isinstance(asked, Mail) else await addressed(ctx, key, asked)
    if mail is None:
        return
    assert mail.about is not None
    try:
        await _delivered(ctx, key, mail, medium, tools)
    except (ProviderError, Broken, InstanceUnusable) as error:
        is_late = ctx.now() - moment_of(key) > LATEST
        if not (isinstance(error, Rejected) or is_late):
            raise
        told = without(str(error), open_all(tools.sealer, medium).values()) or type(error).__name__
        await note(ctx, mail.about, key, medium=medium["label"], refused=told)
        raise GiveUp(told) from error
    await note(ctx, mail.about, key, medium=medium["label"])


def _addressed(mail: Mail) -> Addressed:
    words = write(mail.template, mail.locale, mail.values)
    return Addressed(mail.to, mail.values["name"], words, mail.about)


async def _delivered(ctx: Context, key: UUID, mail: Addressed, medium: Row, tools: Tools) -> None:
    words = mail.words
    rendered = Rendered(
        key=key.hex, written_at=moment_of(key), locale=words.locale, subject=words.subject, text=words.text,
        html=words.html,
    )  # fmt: skip
    assert mail.about is not None
    to = Recipient(
        user_id=UUID(mail.about["user"]), name=mail.name, email=mail.to, shows_name=mail.shows_name
    )
    instance = await ready(ctx, tools, medium)
    await call_instance(ctx, tools, instance, "deliver", rendered, to, seconds=SECONDS, scope=SCOPE)
