"""Tables of agent groups."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Group(TenantModel):
    """Agents who share work: a department, a skill group, a tier."""

    name = fields.CharField(max_length=80)
    description = fields.CharField(max_length=400, default="")
    is_active = fields.BooleanField(default=True)
    routing = fields.CharField(max_length=12, default="MANUAL")
    capacity = fields.IntField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "groups"
        manager = TenantManager()
        unique_together = (("tenant_id", "name"),)


class Membership(TenantModel):
    """An agent in a group."""

    group_id = fields.UUIDField()
    user_id = fields.UUIDField()
    is_leader = fields.BooleanField(default=False)
    is_preferred = fields.BooleanField(default=False)
    capacity = fields.IntField(null=True)

    references = {"group_id": "groups", "user_id": "users"}

    class Meta:
        table = "memberships"
        manager = TenantManager()
        unique_together = (("tenant_id", "group_id", "user_id"),)
        indexes = [Index(fields=("tenant_id", "user_id"), name="memberships_user")]
