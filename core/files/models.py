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


class JobFile(TenantModel):
    """What a job made for whoever asked for it: one file to a job. Kept for a few days."""

    job_id = fields.UUIDField()
    user_id = fields.UUIDField()
    file_name = fields.CharField(max_length=255)
    content_type = fields.CharField(max_length=120)
    byte_size = fields.BigIntField(default=0)
    sha256 = fields.CharField(max_length=64, default="")
    state = fields.CharField(max_length=10, default="MAKING")
    expires_at = fields.DatetimeField()

    references = {"user_id": "users"}

    class Meta:
        table = "job_files"
        manager = TenantManager()
        unique_together = (("tenant_id", "job_id"),)
        indexes = [
            Index(fields=("tenant_id", "job_id", "id"), name="job_files_job"),
            Index(fields=("tenant_id", "user_id"), name="job_files_user"),
            Index(fields=("tenant_id", "expires_at"), name="job_files_expiry"),
        ]
