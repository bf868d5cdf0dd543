"""What a job could not do."""

from tortoise import fields
from tortoise.indexes import Index

from core.kit.database import TenantManager, TenantModel


class JobFailure(TenantModel):
    """One record that a job over many could not change, and why."""

    job_id = fields.UUIDField()
    subject_type = fields.CharField(max_length=20)
    subject_id = fields.UUIDField()
    code = fields.CharField(max_length=20)
    message = fields.TextField()
    details: dict[str, str] = fields.JSONField(default=dict)
    path: list[str] = fields.JSONField(default=list)

    references = {"job_id": "jobs"}

    class Meta:
        table = "job_failures"
        manager = TenantManager()
        indexes = [Index(fields=("tenant_id", "job_id", "id"), name="job_failures_of")]
