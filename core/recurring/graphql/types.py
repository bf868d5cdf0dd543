"""Recurring tickets as API types."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry
from strawberry.scalars import JSON

from core.kit.graph import Node, column, listing, lookup, node, one
from core.kit.i18n import translate
from core.recurring.queries import NEXT, recurring_sight

if TYPE_CHECKING:
    from core.fields.graphql import Option
    from core.forms.graphql import Form
    from core.groups.graphql import Group
    from core.identity.graphql import User
    from core.tickets.graphql import Ticket

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]
LazyOption = Annotated["Option", strawberry.lazy("core.fields.graphql")]
NAME = "What it is called among the schedules; at most 80 characters."
CRON = (
    "When: minute, hour, day, month and weekday as cron reads them, as in `0 9 * * 1-5`. At least 15 minutes lie"
    " between two tickets."
)
ZONE = "The IANA time zone that this is read in; the helpdesk's unless told."
ACTIVE = "Whether it opens tickets."
TITLE = "The title of its tickets; needed unless the form has one."
BODY = "Their first message as plain text; needed unless the form has one."
FORM = "The form that they are opened with: gives what is left out."
REQUESTER = "Whose tickets they are."
GROUP = "The group they are given to; by default routing unless told."
ASSIGNEE = "The agent they are given to."
PRIORITY = "How urgent they are."
TYPE = "What kind of business they are."
CUSTOM = "Values of their custom fields."


def _problem(stored: str | None, locale: str) -> str | None:
    if stored is None:
        return None
    told = orjson.loads(stored)
    return translate(told["message"], locale).format(**told["values"])


@node(
    prefix="rct",
    table="recurring_tickets",
    sight=recurring_sight,
    is_few=True,
    description="A ticket that is opened by a schedule (J8). For who manages them.",
)
class RecurringTicket(Node):
    name: str = column(NAME, filter="string", order="string")
    creator: LazyUser | None = one(
        "creator_id", "Who made the schedule: the creator of its tickets.", filter=True
    )
    cron: str = column(CRON)
    time_zone: str = column("The IANA time zone that this is read in.")
    is_active: bool = column(ACTIVE, filter="boolean")
    next_at: datetime | None = column("When it opens the next one; null while it is not active.", sql=NEXT)
    title: str | None = column("The title of its tickets.", filter="string")
    body: str | None = column("Their first message as plain text.")
    form: Annotated[Form, strawberry.lazy("core.forms.graphql")] | None = one("form_id", FORM, filter=True)
    requester: LazyUser | None = one("requester_id", REQUESTER, filter=True)
    group: Annotated[Group, strawberry.lazy("core.groups.graphql")] | None = one(
        "group_id", "The group they are given to.", filter=True
    )
    assignee: LazyUser | None = one("assignee_id", ASSIGNEE, filter=True)
    priority: LazyOption | None = one("priority_id", PRIORITY, filter=True)
    type: LazyOption | None = one("type_id", TYPE, filter=True)
    custom_fields: JSON = column(
        "Values of their custom fields, as they were given: key, form and value.",
        sql="{t}.custom::text",
        decode=orjson.loads,
    )
    last_due_at: datetime | None = column(
        "The last time that it was due and looked at.", filter="datetime", order="datetime"
    )
    last_ticket: Annotated[Ticket, strawberry.lazy("core.tickets.graphql")] | None = one(
        "last_ticket_id", "The last ticket that it opened, if the viewer sees it."
    )
    problem: str | None = column(
        "Why it could not open the last one, and the way out, in the caller's language; null when all is well.",
        sql="{t}.problem::text",
        render=lambda stored, request: _problem(stored, request.locale),
    )
    created_at: datetime = column("When it was made.", filter="datetime", order="datetime")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class RecurringTicketQuery:
    recurring_ticket = lookup(RecurringTicket, "A recurring ticket by its id.")
    recurring_tickets = listing(
        RecurringTicket, "The recurring tickets by name. For who manages them.", order=("NAME",)
    )
