"""What a plugin makes its tables with, beside Tortoise itself: `from tortoise import fields`.

    class Car(TenantModel):
        references = {"ticket_id": "tickets"}

        ticket_id = fields.UUIDField()
        plate = fields.CharField(max_length=20)

        class Meta:
            table = "plugin_fleet_cars"
            manager = TenantManager()

Every row has `id`, `tenant_id` and `created_at`, and is its tenant's: nothing else can be read or written. `references`
says which columns name rows, of the product or of the plugin, and by that the database holds them to it; when such a
row is erased, the plugin's row goes with it, or forgets it where the column may be null.
"""

from core.kit.database.models import TenantManager, TenantModel

__all__ = ["TenantManager", "TenantModel"]
