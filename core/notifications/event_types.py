"""What can happen to notifications, on the tickets that they are about."""

EVENT_TYPES = {
    "notification.sent": "Somebody was written to about a ticket",
    "notification.not_sent": "Somebody could not be written to about a ticket",
}
