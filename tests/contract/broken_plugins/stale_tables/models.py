"""Its tables."""

from tortoise import fields

from core.sdk.tables import TenantManager, TenantModel


class Bay(TenantModel):
    number = fields.IntField()
    colour = fields.CharField(max_length=20, null=True)

    class Meta:
        table = "plugin_stale_tables_bays"
        manager = TenantManager()
