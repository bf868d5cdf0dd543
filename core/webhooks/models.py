"""Tables of webhooks."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Webhook(TenantModel):
    """An address that is told of events. Secrets are sealed."""

    name = fields.CharField(max_length=80)
    url = fields.CharField(max_length=1000)
    event_types: list[str] = fields.JSONField(default=list)
    query = fields.TextField(null=True)
    secret = fields.CharField(max_length=600)
    old_secret = fields.CharField(max_length=2000, null=True)
    old_secret_until = fields.DatetimeField(null=True)
    state = fields.CharField(max_length=10, default="ACTIVE")
    pause_reason = fields.CharField(max_length=10, null=True)
    paused_at = fields.DatetimeField(null=True)
    failing_since = fields.DatetimeField(null=True)
    failures = fields.IntField(default=0)
    owner_id = fields.UUIDField()
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"owner_id": "users"}

    class Meta:
        table = "webhooks"
        manager = TenantManager()
        unique_together = (("tenant_id", "name"),)
        indexes = [Index(fields=("tenant_id", "owner_id"), name="webhooks_owner")]


class WebhookDelivery(TenantModel):
    """An event on its way to a webhook, and what became of it. Its id stays the same over retries and replays."""

    webhook_id = fields.UUIDField()
    event_id = fields.UUIDField(null=True)
    event_type = fields.CharField(max_length=60)
    state = fields.CharField(max_length=10, default="PENDING")
    turn = fields.IntField(default=0)
    tries = fields.IntField(default=0)
    attempts = fields.IntField(default=0)
    next_try_at = fields.DatetimeField(null=True)
    payload = fields.TextField(null=True)
    payload_by_id = fields.UUIDField(null=True)
    problem = fields.CharField(max_length=20, null=True)
    detail = fields.CharField(max_length=400, null=True)
    response_status = fields.IntField(null=True)
    response_excerpt = fields.CharField(max_length=1000, null=True)
    duration_ms = fields.IntField(null=True)
    attempted_at = fields.DatetimeField(null=True)

    references = {"webhook_id": "webhooks"}

    class Meta:
        table = "webhook_deliveries"
        manager = TenantManager()
        unique_together = (("tenant_id", "webhook_id", "event_id"),)
        indexes = [
            Index(fields=("tenant_id", "webhook_id", "id"), name="webhook_deliveries_webhook"),
            Index(fields=("tenant_id", "webhook_id", "state", "id"), name="webhook_deliveries_state"),
            Index(fields=("created_at",), name="webhook_deliveries_age"),
        ]
