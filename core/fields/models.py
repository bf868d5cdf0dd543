"""Tables of custom fields and of every list of options a tenant defines."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class FieldDefinition(TenantModel):
    """A field that a tenant adds to tickets, users or organisations (K1, K2). Its kind never changes."""

    object = fields.CharField(max_length=12)
    key = fields.CharField(max_length=40)
    label = fields.CharField(max_length=80)
    labels: dict[str, str] = fields.JSONField(default=dict)
    kind = fields.CharField(max_length=20)
    is_required = fields.BooleanField(default=False)
    customer_access = fields.CharField(max_length=4)
    is_active = fields.BooleanField(default=True)
    position = fields.IntField(default=0)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "field_definitions"
        manager = TenantManager()
        unique_together = (("tenant_id", "object", "key"),)


class Option(TenantModel):
    """One choice in a list: of a custom field, or a priority, type, nature or category of tickets.

    Archived, never deleted.
    """

    list = fields.CharField(max_length=12)
    field_id = fields.UUIDField(null=True)
    parent_id = fields.UUIDField(null=True)
    key = fields.CharField(max_length=40)
    label = fields.CharField(max_length=80)
    labels: dict[str, str] = fields.JSONField(default=dict)
    color = fields.CharField(max_length=7, null=True)
    position = fields.IntField(default=0)
    is_default = fields.BooleanField(default=False)
    is_active = fields.BooleanField(default=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"field_id": "field_definitions", "parent_id": "options"}

    class Meta:
        table = "options"
        manager = TenantManager()
        unique_together = (("tenant_id", "field_id", "key"),)
        indexes = [
            Index(fields=("tenant_id", "list", "position", "id"), name="options_list"),
            Index(fields=("tenant_id", "field_id", "position", "id"), name="options_field"),
            Index(fields=("tenant_id", "parent_id"), name="options_parent"),
        ]
