"""Tables of uploaded files. Bytes live in the storage; these rows say whose they are."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database.models import TenantManager, TenantModel


class Upload(TenantModel):
    """A file on its way in: announced, then stored, then used by a message."""

    user_id = fields.UUIDField()
    file_name = fields.CharField(max_length=255)
    content_type = fields.CharField(max_length=120)
    byte_size = fields.BigIntField()
    sha256 = fields.CharField(max_length=64)
    state = fields.CharField(max_length=10, default="PENDING")
    expires_at = fields.DatetimeField()

    references = {"user_id": "users"}

    class Meta:
        table = "uploads"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "user_id"), name="uploads_user"),
            Index(fields=("state", "expires_at"), name="uploads_expiry"),
        ]


class Attachment(TenantModel):
    """A stored file on a message."""

    message_id = fields.UUIDField()
    ticket_id = fields.UUIDField()
    file_name = fields.CharField(max_length=255)
    content_type = fields.CharField(max_length=120)
    byte_size = fields.BigIntField()
    sha256 = fields.CharField(max_length=64)
    blob_key = fields.CharField(max_length=120)

    references = {"message_id": "messages", "ticket_id": "tickets"}

    class Meta:
        table = "attachments"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "message_id"), name="attachments_message"),
            Index(fields=("tenant_id", "ticket_id"), name="attachments_ticket"),
        ]
