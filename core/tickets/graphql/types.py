"""Tickets and their parts as API types."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

from core.kit.graph import Connection, Node, batched, column, listed, long, many, node, one
from core.kit.graph.labels import LABELS, Labels, label, may, optional_label, written_labels
from core.kit.graph.operators import enum_filter
from core.tickets import queries
from core.tickets.graphql.enums import (
    AssignmentHow,
    Disposition,
    MessageSender,
    MessageVisibility,
    StatusCategory,
    SuspendReason,
    TicketLinkKind,
    TicketSource,
    TicketState,
    WatchKind,
)
from core.tickets.graphql.names import name_of
from core.tickets.graphql.timeline import (
    TicketPermissions,
    TimelineEntry,
    permissions,
    read_changes,
    timeline,
)
from core.tickets.graphql.usage import customers_with, organizations_with, tickets_with

if TYPE_CHECKING:
    from core.customers.graphql import Organization
    from core.fields.graphql import Option
    from core.files.graphql import Attachment
    from core.forms.graphql import Form
    from core.groups.graphql import Group
    from core.identity.graphql import User

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]
LazyGroup = Annotated["Group", strawberry.lazy("core.groups.graphql")]
LazyOption = Annotated["Option", strawberry.lazy("core.fields.graphql")]


_CUSTOMERS_LABEL = (
    "json_build_array(coalesce({t}.customer_label, {t}.label),"
    " case when {t}.customer_label is null then {t}.labels else {t}.customer_labels end)::text"
)


@node(
    prefix="sts", table="statuses", sight=queries.tenant_wide, is_few=True,
    orders={"POSITION": ("{t}.position", "number")},
    description="A status as the tenant words it.",
)  # fmt: skip
class Status(Node):
    key: str = column("The name programs use; never changes.", filter="string")
    label: str = label(
        "What people read; customers and helpers what is worded for them.", outside=_CUSTOMERS_LABEL
    )
    labels: Labels = written_labels(LABELS, may("status.manage"))
    customer_label: str | None = optional_label(
        "What customers and helpers read, where it is worded for them; for staff.",
        "customer_label",
        of="customer_labels",
        guard=queries.for_staff,
    )
    customer_labels: Labels = written_labels(
        "The customer label in more languages, as it is written; for who may change it, null for others.",
        may("status.manage"),
        column="customer_labels",
    )
    category: StatusCategory = column(
        "What it means to the desk.",
        decode=StatusCategory,
        filter=enum_filter(StatusCategory, "Conditions on a status category."),
    )
    position: int = column("Its place in lists.")
    is_default: bool = column("Whether new tickets get it.")
    is_agent_selectable: bool = column("Whether it may be chosen by hand (R5).")
    leads_to: list[Status] = listed(
        "status_transitions", "from_id", "to_id",
        "The statuses that people may put a ticket in next; where there are none, any.", order="position",
    )  # fmt: skip
    next: Status | None = one("next_id", "The status that follows by itself (F9).")
    next_after_hours: int | None = column("After how many hours the next one follows; null for never.")
    is_active: bool = column("False once archived.", filter="boolean")
    version: int = column("Rises with every change; for `expectedVersion`.")


@node(
    prefix="tag",
    table="tags",
    sight=queries.tag_sight,
    description="A marker that means what the tenant wants it to (H1).",
)
class Tag(Node):
    name: str = column("The name, unique in the tenant whatever the case.", filter="string", order="string")
    color: str | None = column("A colour as #rrggbb.")
    ticket_count: int = batched(
        (), tickets_with, "On how many tickets that are worked on it is, of those that the viewer sees (H2)."
    )
    customer_count: int = batched((), customers_with, "On how many customers it is (D15).")
    organization_count: int = batched((), organizations_with, "On how many organisations it is.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@node(prefix="msg", table="messages", sight=queries.message_sight, description="Something said on a ticket.")
class Message(Node):
    ticket: Ticket | None = one("ticket_id", "The ticket it was said on.")
    author: LazyUser | None = one("author_id", "Who said it; null for the product itself.")
    author_name: str | None = name_of(
        "author_id", "The name of who said it, for everybody who reads it; null for the product itself."
    )
    sender: MessageSender = column("Which side spoke.", decode=MessageSender)
    visibility: MessageVisibility = column("Who may read it.", decode=MessageVisibility)
    body_text: str = long("The text without markup.", weight=2)
    body_html: str = long("The text as HTML, sanitised when it came in.", weight=2)
    attachments: Connection[Annotated[Attachment, strawberry.lazy("core.files.graphql")]] = many(
        "message_id", "Files that came with it."
    )
    created_at: datetime = column("When it was said.")


@node(
    prefix="evt",
    table="events",
    sight=queries.event_sight,
    description="Something that happened to a ticket (G6 to G9).",
)
class TicketEvent(Node):
    type: str = column("What happened, as in `ticket.updated`.")
    actor: LazyUser | None = one("actor_id", "Who did it.")
    on_behalf_of: LazyUser | None = one("on_behalf_of_id", "Whom the actor was acting as (B19).")
    via: str = column("What it came by.")
    changes: strawberry.scalars.JSON = column(
        "Field to [before, after], for people to read; programs use the ticket.", decode=read_changes
    )
    ip: str | None = column("The address it came from (G8).")
    user_agent: str | None = column("The program it came from (G8).")
    occurred_at: datetime = column("When.", name="created_at")


@node(
    prefix="wat",
    table="watches",
    sight=queries.watch_sight,
    description="Somebody's standing interest in a ticket.",
)
class Watch(Node):
    user: LazyUser | None = one("user_id", "Who watches.")
    kind: WatchKind = column("Why.", decode=WatchKind)
    created_at: datetime = column("Since when.")


@node(
    prefix="asg",
    table="assignments",
    sight=queries.assignment_sight,
    description="One move of a ticket between groups and agents (G9).",
)
class Assignment(Node):
    ticket: Ticket | None = one("ticket_id", "The ticket.")
    how: AssignmentHow = column("In what way.", decode=AssignmentHow)
    by: LazyUser | None = one("by_id", "Who moved it; null for the product itself.")
    from_group: LazyGroup | None = one("from_group_id", "The group that had it.")
    from_user: LazyUser | None = one("from_user_id", "The agent who had it.")
    to_group: LazyGroup | None = one("to_group_id", "The group it went to.")
    to_user: LazyUser | None = one("to_user_id", "The agent it went to.")
    note: Message | None = one("note_id", "What was said about it among staff, in the same step (G2).")
    created_at: datetime = column("When.")


@node(
    prefix="tlk",
    table="ticket_links",
    sight=queries.link_sight,
    description="What one ticket is to another. For staff who see both.",
)
class TicketLink(Node):
    from_ticket: Ticket | None = one("from_id", "The ticket that is this to the other.")
    to_ticket: Ticket | None = one("to_id", "The other one.")
    kind: TicketLinkKind = column("What it is to the other.", decode=TicketLinkKind)
    by: LazyUser | None = one("by_id", "Who said so.")
    created_at: datetime = column("Since when.")


@node(
    prefix="tkt", table="tickets", sight=queries.ticket_sight,
    orders={"PRIORITY": ("{t}.priority_position", "number"), "NUMBER": ("{t}.number", "number")},
    description="A request for help and all that was said and done about it.",
)  # fmt: skip
class Ticket(Node):
    number: str = column(
        "What people quote: counts up from 1 in each tenant, without gaps (E15).", decode=str
    )
    title: str = column("What it is about, in a line.", filter="string")
    state: TicketState = column(
        "Whether it is worked on at all.",
        decode=TicketState,
        filter=enum_filter(TicketState, "Conditions on a ticket's state."),
    )
    status: Status = one("status_id", "The tenant's status.", filter=True)
    status_category: StatusCategory = column(
        "What the status means to the desk.",
        decode=StatusCategory,
        filter=enum_filter(StatusCategory, "Conditions on a status category."),
    )
    priority: LazyOption | None = one("priority_id", "How urgent it is.", filter=True)
    type: LazyOption | None = one("type_id", "What kind of business it is (E6).", filter=True)
    nature: LazyOption | None = one("nature_id", "Incident, problem, question or task (E7).", filter=True)
    category: LazyOption | None = one("category_id", "A free classification (E8).", filter=True)
    requester: LazyUser | None = one("requester_id", "The person served (E1).", filter=True)
    requester_name: str | None = name_of(
        "requester_id", "The name of the person served, for everybody who sees the ticket."
    )
    initiator: LazyUser | None = one(
        "initiator_id", "Who raised it, where that is somebody else (E2).", filter=True
    )
    creator: LazyUser | None = one("creator_id", "Who entered it (E3).", filter=True)
    group: LazyGroup | None = one("group_id", "The agent group that has it.", filter=True)
    assignee: LazyUser | None = one("assignee_id", "The agent who has it.", filter=True)
    organization: Annotated[Organization, strawberry.lazy("core.customers.graphql")] | None = one(
        "organization_id", "The requester's organisation.", filter=True
    )
    form: Annotated[Form, strawberry.lazy("core.forms.graphql")] | None = one(
        "form_id", "The form that it was opened with.", filter=True
    )
    tags: list[Tag] = listed(
        "ticket_tags", "ticket_id", "tag_id", "Its markers, by name; at most 100.", order="name"
    )
    source: TicketSource = column(
        "What it came by (E12).",
        decode=TicketSource,
        filter=enum_filter(TicketSource, "Conditions on a ticket's source."),
    )
    messages: Connection[Message] = many("ticket_id", "What was said, oldest first.")
    last_message: Message | None = one(
        "shown_message_id", "What was said last, of what the viewer may read.", key=queries.last_message
    )
    timeline: Connection[TimelineEntry] = timeline()
    watchers: Connection[Watch] = many(
        "ticket_id", "Who follows it and who is copied in; stars are one's own only."
    )
    assignments: Connection[Assignment] = many(
        "ticket_id", "How it moved between groups and agents, oldest first; for staff."
    )
    release_count: int | None = column(
        "How often it was given back to its group's queue; for staff.", guard=queries.for_staff
    )
    disposition: Disposition | None = column(
        "What it came to, where that is not the usual; for staff.",
        guard=queries.for_staff,
        decode=Disposition,
        filter=enum_filter(Disposition, "Conditions on what a solved ticket came to.", may_be_empty=True),
    )
    merged_into: Ticket | None = one("merged_into_id", "The ticket that it was merged into.", filter=True)
    links: Connection[TicketLink] = many("from_id", "What it is to other tickets; for staff.")
    linked_from: Connection[TicketLink] = many("to_id", "What other tickets are to it; for staff.")
    due_at: datetime | None = column("When it must be done (E14).", filter="datetime")
    callback_at: datetime | None = column("When the requester is to be called back (E14).", filter="datetime")
    first_reply_at: datetime | None = column("When an agent first replied publicly.")
    last_customer_at: datetime | None = column("When the customer's side last spoke.", filter="datetime")
    last_agent_at: datetime | None = column("When an agent last spoke publicly.", filter="datetime")
    solved_at: datetime | None = column("When it was solved.", filter="datetime")
    closed_at: datetime | None = column("When it was closed.", filter="datetime")
    deleted_at: datetime | None = column("When it was deleted (F10).", filter="datetime")
    suspended_at: datetime | None = column("When it was suspended (F11).", filter="datetime")
    suspend_reason: SuspendReason | None = column(
        "Why it is suspended (F11).",
        decode=SuspendReason,
        filter=enum_filter(SuspendReason, "Conditions on the reason for a suspension.", may_be_empty=True),
    )
    external_id: str | None = column("The id another system knows it by.", filter="string")
    permissions: TicketPermissions = permissions()
    created_at: datetime = column("When it was opened.", filter="datetime", order="datetime")
    updated_at: datetime = column(
        "When it was last changed; for customers and helpers, in what they can see.",
        outside="public_updated_at", filter="datetime", order="datetime",
    )  # fmt: skip
    version: int = column(
        "Rises with every change, for customers and helpers with those they can see; for `expectedVersion`.",
        outside="public_version",
    )
