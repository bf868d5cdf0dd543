"""Tables that every domain writes to and none owns: events, jobs, schedules, idempotency keys."""

from tortoise import fields
from tortoise.indexes import Index, PartialIndex
from tortoise.migrations.constraints import UniqueConstraint
from tortoise.models import Model

from core.kit.database.models import TenantManager, TenantModel


class Event(TenantModel):
    """Something that happened. Never deleted but by retention, never changed but where people are forgotten.

    The migration adds `xid`, the number of the transaction that wrote it.
    """

    batch_id = fields.UUIDField()
    type = fields.CharField(max_length=60)
    subject_type = fields.CharField(max_length=20)
    subject_id = fields.UUIDField()
    changes: dict[str, object] = fields.JSONField(default=dict)
    actor_id = fields.UUIDField(null=True)
    on_behalf_of_id = fields.UUIDField(null=True)
    via = fields.CharField(max_length=20)
    ip = fields.CharField(max_length=45, null=True)
    user_agent = fields.CharField(max_length=400, null=True)

    class Meta:
        table = "events"
        manager = TenantManager()
        indexes = [
            Index(fields=("tenant_id", "subject_id", "id"), name="events_subject"),
            Index(fields=("tenant_id", "type", "id"), name="events_type"),
            Index(fields=("tenant_id", "actor_id", "id"), name="events_actor"),
            Index(fields=("tenant_id", "on_behalf_of_id", "id"), name="events_on_behalf_of"),
        ]


class Job(TenantModel):
    """Work to do after the commit that asked for it. The row is the truth; who runs it is a detail.

    One without a tenant is the installation's own: no tenant sees it. The migration adds indexes for
    lists.
    """

    tenant_id = fields.UUIDField(null=True)  # type: ignore[assignment] # the one thing that differs
    kind = fields.CharField(max_length=60)
    payload: dict[str, object] = fields.JSONField(default=dict)
    state = fields.CharField(max_length=10, default="ready")
    run_at = fields.DatetimeField()
    lease_until = fields.DatetimeField(null=True)
    attempts = fields.IntField(default=0)
    forgiven = fields.IntField(default=0)
    last_error = fields.TextField(null=True)
    fault = fields.CharField(max_length=20, null=True)
    finished_at = fields.DatetimeField(null=True)
    created_by_id = fields.UUIDField(null=True)
    is_requested = fields.BooleanField(default=False)
    cancel_asked_at = fields.DatetimeField(null=True)
    done = fields.IntField(default=0)
    tentative = fields.IntField(default=0)
    total = fields.IntField(null=True)
    failed = fields.IntField(default=0)
    is_rolled_back = fields.BooleanField(default=False)
    forget_at = fields.DatetimeField(null=True)

    class Meta:
        table = "jobs"
        manager = TenantManager()
        indexes = [
            Index(fields=("state", "run_at"), name="jobs_due"),
            # Kind by kind, so that many that wait of one kind do not stand before those of another.
            PartialIndex(fields=("kind", "run_at"), name="jobs_ready", condition={"state": "ready"}),
            Index(fields=("tenant_id", "kind", "id"), name="jobs_kind"),
            Index(fields=("tenant_id", "created_by_id", "id"), name="jobs_created_by"),
        ]


class IdempotencyKey(TenantModel):
    """A mutation's answer, kept for 24 hours, so that a repeated request is answered and not repeated."""

    user_id = fields.UUIDField()
    mutation = fields.CharField(max_length=80)
    key = fields.CharField(max_length=200)
    request_hash = fields.CharField(max_length=64)
    answer: dict[str, object] = fields.JSONField(null=True)

    class Meta:
        table = "idempotency_keys"
        manager = TenantManager()
        unique_together = (("tenant_id", "user_id", "mutation", "key"),)
        indexes = [Index(fields=("created_at",), name="idempotency_keys_age")]


class Schedule(TenantModel):
    """When work recurs: each time a job of `kind`. One without a tenant is the installation's own: no tenant sees it.

    Either `cron`, read in `time_zone`, or `every_seconds`. `reckoned_at` is when `next_run_at` was worked out.
    """

    tenant_id = fields.UUIDField(null=True)  # type: ignore[assignment] # the one thing that differs
    name = fields.CharField(max_length=60)
    kind = fields.CharField(max_length=60)
    payload: dict[str, object] = fields.JSONField(default=dict)
    cron = fields.CharField(max_length=100, null=True)
    time_zone = fields.CharField(max_length=60, default="UTC")
    every_seconds = fields.IntField(null=True)
    next_run_at = fields.DatetimeField()
    last_run_at = fields.DatetimeField(null=True)
    last_job_id = fields.UUIDField(null=True)
    reckoned_at = fields.DatetimeField()
    is_active = fields.BooleanField(default=True)

    class Meta:
        table = "schedules"
        manager = TenantManager()
        unique_together = (("tenant_id", "name"),)
        constraints = (
            UniqueConstraint(fields=("name",), name="schedules_installation", condition="tenant_id IS NULL"),
        )
        indexes = [
            Index(fields=("is_active", "next_run_at"), name="schedules_due"),
            Index(fields=("is_active", "reckoned_at"), name="schedules_reckoned"),
        ]


class StreamPosition(Model):
    """How far a follower has read the stream of events. Belongs to no tenant."""

    name = fields.CharField(max_length=60, primary_key=True)
    xid = fields.BigIntField()
    event_id = fields.UUIDField()

    class Meta:
        table = "stream_positions"
