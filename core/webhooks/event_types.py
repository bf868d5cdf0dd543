"""What can happen to webhooks."""

EVENT_TYPES = {
    "webhook.created": "A webhook was made",
    "webhook.updated": "A webhook changed",
    "webhook.deleted": "A webhook was deleted",
    "webhook.paused": "A webhook was paused",
    "webhook.resumed": "A webhook was resumed",
    "webhook.secret_rotated": "A webhook got a new secret",
}
