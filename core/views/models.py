"""Tables of views."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class View(TenantModel):
    """A list of tickets that a condition picks: every desk's, shared by an admin, or somebody's own (I6, I7, I9)."""

    key = fields.CharField(max_length=40, null=True)
    label = fields.CharField(max_length=80)
    labels: dict[str, str] = fields.JSONField(default=dict)
    visibility = fields.CharField(max_length=10)
    is_system = fields.BooleanField(default=False)
    owner_id = fields.UUIDField(null=True)
    condition: dict[str, object] = fields.JSONField()
    columns: list[str] = fields.JSONField()
    sort: list[str] = fields.JSONField()
    is_descending = fields.BooleanField(default=True)
    position = fields.IntField(default=0)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    references = {"owner_id": "users"}

    class Meta:
        table = "views"
        manager = TenantManager()
        unique_together = (("tenant_id", "key"),)
        indexes = [
            Index(fields=("tenant_id", "position", "id"), name="views_position"),
            Index(fields=("tenant_id", "owner_id"), name="views_owner"),
        ]


class ViewShare(TenantModel):
    """A role or a group that a view is shared with."""

    view_id = fields.UUIDField()
    role_id = fields.UUIDField(null=True)
    group_id = fields.UUIDField(null=True)

    references = {"view_id": "views", "role_id": "roles", "group_id": "groups"}

    class Meta:
        table = "view_shares"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "view_id"), name="view_shares_view"),
            Index(fields=("tenant_id", "role_id"), name="view_shares_role"),
            Index(fields=("tenant_id", "group_id"), name="view_shares_group"),
        ]
