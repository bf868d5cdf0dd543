"""What can happen to the desk itself."""

EVENT_TYPES = {
    "tenant.founded": "The desk was founded",
    "tenant.opened": "The founder of a desk that a visitor founded came, and it answers",
    "tenant.updated": "The desk's own settings changed",
}
