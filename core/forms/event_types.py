"""What can happen to forms."""

EVENT_TYPES = {
    "form.created": "A form was made",
    "form.updated": "A form changed",
    "form.archived": "A form was archived",
    "form.restored": "A form was restored",
    "form.deleted": "A form was deleted",
}
