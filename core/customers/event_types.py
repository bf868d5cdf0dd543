"""What can happen to organisations."""

EVENT_TYPES = {
    "organization.created": "An organisation was made",
    "organization.updated": "An organisation changed",
    "organization.deleted": "An organisation was deleted",
}
