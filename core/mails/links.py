"""Where people find a ticket, as their helpdesk says."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.kit.ids import to_global


def ticket_link(settings: Mapping[str, Any], ticket_id: UUID, number: int, *, is_staff: bool) -> str | None:
    """The address of a ticket for staff or for customers; None where the helpdesk says none."""
    pattern: str | None = settings["agent_ticket_url" if is_staff else "portal_ticket_url"]
    return pattern and pattern.replace("{id}", to_global("tkt", ticket_id)).replace("{number}", str(number))
