"""What a new ticket is made of."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.fields.service import CustomInput
from core.tickets.states import TicketSource


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTicket:
    """What a new ticket is made of. Without a requester it is the viewer's own; a form may give what is
    left out."""

    title: str | None = None
    body: str | None = None
    body_html: str | None = None
    requester_id: UUID | None = None
    initiator_id: UUID | None = None
    group_id: UUID | None = None
    assignee_id: UUID | None = None
    status_id: UUID | None = None
    priority_id: UUID | None = None
    type_id: UUID | None = None
    nature_id: UUID | None = None
    category_id: UUID | None = None
    source: TicketSource = TicketSource.API
    due_at: datetime | None = None
    callback_at: datetime | None = None
    external_id: str | None = None
    tag_ids: Collection[UUID] = ()
    cc_ids: tuple[UUID, ...] = ()
    """Who is copied in (H6)."""
    upload_ids: tuple[UUID, ...] = ()
    custom: tuple[CustomInput, ...] = ()
    form_id: UUID | None = None
    creator_id: UUID | None = None
    """Who stands behind it where the product opens it by itself."""
