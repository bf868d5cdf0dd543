"""What may be done with webhooks."""

PERMISSIONS = {"webhook.manage": "Create and change webhooks, and see what they delivered"}
