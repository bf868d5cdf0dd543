"""Tables of what tenants do with plugins."""

from typing import Any

from tortoise import fields

from core.kit.database.models import TenantManager, TenantModel


class PluginEnablement(TenantModel):
    """A plugin that the tenant has enabled. One that is not enabled has no row."""

    plugin = fields.CharField(max_length=40)
    scopes: list[str] = fields.JSONField(default=list)

    class Meta:
        table = "plugin_enablements"
        manager = TenantManager()
        unique_together = (("tenant_id", "plugin"),)


class PluginInstance(TenantModel):
    """A provider of a plugin as a tenant has configured it. Secrets are sealed, by the name of their member."""

    plugin = fields.CharField(max_length=40)
    provider = fields.CharField(max_length=40)
    kind = fields.CharField(max_length=20)
    label = fields.CharField(max_length=80)
    config: dict[str, Any] = fields.JSONField(default=dict)
    secrets: dict[str, str] = fields.JSONField(default=dict)
    config_version = fields.IntField(default=1)
    state = fields.CharField(max_length=20, default="ACTIVE")
    error_code = fields.CharField(max_length=20, null=True)
    error_message = fields.CharField(max_length=500, null=True)
    error_at = fields.DatetimeField(null=True)
    ok_at = fields.DatetimeField(null=True)
    updated_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    class Meta:
        table = "plugin_instances"
        manager = TenantManager()
        unique_together = (("tenant_id", "plugin", "label"),)
