"""What can happen to the desk itself."""

EVENT_TYPES = {
    "tenant.updated": "The desk's own settings changed",
}
