"""What can happen to views."""

EVENT_TYPES = {
    "view.created": "A view was made",
    "view.updated": "A view changed",
    "view.deleted": "A view was deleted",
    "view.moved": "A view got another place",
}
