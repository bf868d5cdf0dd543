"""Webhooks in the API: types, lists, mutations."""

from core.webhooks.graphql.mutations import WebhookMutation
from core.webhooks.graphql.types import Webhook, WebhookDelivery, WebhookQuery

__all__ = ["Webhook", "WebhookDelivery", "WebhookMutation", "WebhookQuery"]
