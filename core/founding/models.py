"""Table of attempts to found a helpdesk. They belong to no tenant: there is none yet."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class FoundingAttempt(Model):
    """How often somebody has founded helpdesks: by where they come from, hashed. Shared by all processes."""

    id = fields.UUIDField(primary_key=True)
    created_at = fields.DatetimeField()
    subject = fields.CharField(max_length=64, unique=True)
    window_start = fields.DatetimeField()
    attempts = fields.IntField(default=0)

    class Meta:
        table = "founding_attempts"
        indexes = [Index(fields=("window_start",), name="founding_attempts_age")]
