"""What can happen to mails' templates and settings."""

EVENT_TYPES = {
    "mail_template.created": "A mail template was made",
    "mail_template.updated": "A mail template changed",
    "mail_template.deleted": "A mail template was deleted",
    "mail_settings.updated": "Which mails go out about tickets was set",
}
