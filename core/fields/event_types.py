"""What can happen to custom fields and option lists."""

EVENT_TYPES = {
    "field.created": "A custom field was made",
    "field.updated": "A custom field changed",
    "field.archived": "A custom field was archived",
    "field.restored": "A custom field came back",
    "option.created": "An option was made",
    "option.updated": "An option changed",
    "option.archived": "An option was archived",
    "option.restored": "An option came back",
}
