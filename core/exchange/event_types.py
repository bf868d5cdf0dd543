"""What can happen in exchange with the world outside."""

EVENT_TYPES = {
    "export.requested": "An export was asked for",
    "import.requested": "An import was asked for",
}
