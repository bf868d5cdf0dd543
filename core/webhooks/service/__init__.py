"""Writes of webhooks, one function for each use case; and what the worker does for them."""

from core.webhooks.service.changing import Changes, NewWebhook, create_webhook, delete_webhook, update_webhook
from core.webhooks.service.replaying import replay_delivery, test_webhook
from core.webhooks.service.secrets import rotate_secret
from core.webhooks.service.switching import pause_webhook, resume_webhook

__all__ = [
    "Changes", "NewWebhook", "create_webhook", "delete_webhook", "pause_webhook", "replay_delivery",
    "resume_webhook", "rotate_secret", "test_webhook", "update_webhook",
]  # fmt: skip
