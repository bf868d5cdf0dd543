"""Tables of forms."""

from typing import Any

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Form(TenantModel):
    """What is asked for when a ticket is opened, and what must be there later (K3 to K6). Its fields are a list in
    their order. Archived once tickets refer to it, never deleted."""

    key = fields.CharField(max_length=40, null=True)
    label = fields.CharField(max_length=80)
    labels: dict[str, str] = fields.JSONField(default=dict)
    audience = fields.CharField(max_length=10)
    asked: list[dict[str, Any]] = fields.JSONField()
    position = fields.IntField(default=0)
    is_active = fields.BooleanField(default=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "forms"
        manager = TenantManager()
        unique_together = (("tenant_id", "key"),)
        indexes = [Index(fields=("tenant_id", "position", "id"), name="forms_position")]
