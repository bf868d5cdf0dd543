"""The table of who is looking at what. Unlogged: a crash of the server empties it, and the next beat fills it."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Presence(TenantModel):
    """That an agent looks at a ticket, until it expires. Kept alive by beats, so a crashed client goes by itself."""

    ticket_id = fields.UUIDField()
    user_id = fields.UUIDField()
    doing = fields.CharField(max_length=10)
    expires_at = fields.DatetimeField()

    references = {"ticket_id": "tickets", "user_id": "users"}

    class Meta:
        table = "presences"
        manager = TenantManager()
        unique_together = (("tenant_id", "ticket_id", "user_id"),)
        indexes = [
            Index(fields=("tenant_id", "user_id"), name="presences_user"),
            Index(fields=("expires_at",), name="presences_age"),
        ]
