"""What can happen to recurring tickets."""

EVENT_TYPES = {
    "recurring_ticket.created": "A schedule for tickets was made",
    "recurring_ticket.updated": "A schedule for tickets changed",
    "recurring_ticket.deleted": "A schedule for tickets was deleted",
    "recurring_ticket.failed": "A schedule could not open its ticket",
    "ticket.scheduled": "A schedule opened a ticket",
}
