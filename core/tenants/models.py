"""Table of tenants: the only one that is not itself scoped to a tenant."""

from tortoise import fields
from tortoise.models import Model


class Tenant(Model):
    """One helpdesk: everything else belongs to exactly one of these."""

    id = fields.UUIDField(primary_key=True)
    slug = fields.CharField(max_length=40, unique=True)
    name = fields.CharField(max_length=120)
    domain = fields.CharField(max_length=253, null=True, unique=True)
    status = fields.CharField(max_length=10, default="active")
    plan = fields.CharField(max_length=40, default="unlimited")
    locale = fields.CharField(max_length=10, default="en")
    time_zone = fields.CharField(max_length=40, default="UTC")
    logo_url = fields.CharField(max_length=400, null=True)
    accent_color = fields.CharField(max_length=7, null=True)
    created_at = fields.DatetimeField()
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)
    definitions_version = fields.BigIntField(default=1)
    rights_version = fields.BigIntField(default=1)

    class Meta:
        table = "tenants"
