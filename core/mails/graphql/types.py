"""Mail templates and settings as API types."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from core.kit.graph import Info, Node, column, found, listing, long, lookup, node, one
from core.mails.queries import mail_sight, settings_key

if TYPE_CHECKING:
    from core.extensions.graphql import PluginInstance

NAME = "What it is called; at most 80 characters."
SUBJECT = "The subject of the mail, with variables; at most 300 characters. Where nothing is left, the ticket's number."
BODY = "The mail as HTML, with variables; at most 20,000 characters."
MEDIUM = "The connection that mails go out by (Q1); the one that was made first unless told."
DEFAULT = "The template of the mails below that have none of their own (Q3)."
OPENED = "The template of the mail about a new ticket, to its initiator or else whoever opened it (Q3)."
STATUS = "The template of the mail about a changed status, to who has the ticket when it is sent (Q3, Q4)."
TELLS = "Whether a changed status is mailed to whoever opened the ticket, too (Q3)."
CREATOR = "The template of that mail (Q3)."
_LINK = (
    " `https://…` with `{id}` or `{number}` where the ticket's stands; at most 400 characters. `ticket.link` of"
    " templates says it, and nothing where it is null."
)
AGENT_LINK = "Where staff find a ticket in their desktop:" + _LINK
PORTAL_LINK = "Where customers and external helpers find a ticket in the portal:" + _LINK
NAMES = "Whether these mails name who they go to beside the address (Q3)."


@node(
    prefix="mtp",
    table="mail_templates",
    sight=mail_sight,
    is_few=True,
    description="What a mail about a ticket says (Q2). For who manages mails.",
)
class MailTemplate(Node):
    name: str = column("What it is called.", filter="string", order="string")
    subject: str = column("The subject, with its variables.", filter="string")
    body: str = long("The HTML, with its variables.", weight=1)
    created_at: datetime = column("When it was made.", filter="datetime", order="datetime")
    updated_at: datetime = column("When it was last changed.", filter="datetime", order="datetime")
    version: int = column("Rises with every change; for `expectedVersion`.")


@node(
    prefix="mse",
    table="mail_settings",
    sight=mail_sight,
    is_few=True,
    description="Which mails go out about tickets (Q3). There is one. For who manages mails.",
)
class MailSettings(Node):
    medium: Annotated[PluginInstance, strawberry.lazy("core.extensions.graphql")] | None = one(
        "medium_id", MEDIUM + " Null for who does not manage plugins."
    )
    default_template: MailTemplate | None = one("default_template_id", DEFAULT)
    opened_template: MailTemplate | None = one("opened_template_id", OPENED)
    status_template: MailTemplate | None = one("status_template_id", STATUS)
    tells_creator: bool = column(TELLS)
    creator_template: MailTemplate | None = one("creator_template_id", CREATOR)
    names_recipients: bool = column(NAMES)
    agent_ticket_url: str | None = column(AGENT_LINK)
    portal_ticket_url: str | None = column(PORTAL_LINK)
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class MailQuery:
    mail_template = lookup(MailTemplate, "A mail template by its id.")
    mail_templates = listing(
        MailTemplate, "The mail templates by name. For who manages mails.", order=("NAME",)
    )

    @found(MailSettings, "Which mails go out about tickets. For who manages mails.")
    async def mail_settings(info: Info) -> UUID | None:
        return await settings_key(info.context.ctx)
