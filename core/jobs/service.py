"""Cancelling and retrying jobs, and writing down what of a job failed."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson

from core.jobs import queries
from core.jobs.errors import JobEnded, JobForgotten, JobNotFound, JobNotParked
from core.kit.context import Context
from core.kit.database import Reach, execute, fetch_one, insert_rows, transaction
from core.kit.database.sql import Row
from core.kit.errors import DomainError
from core.kit.events import Happening, record
from core.kit.i18n import kept

_WAITING = ("ready", "sent")


async def _lock(ctx: Context, job_id: UUID) -> Row:
    row = await queries.lock_job(ctx, job_id)
    if row is None:
        raise JobNotFound(path=("id",))
    return row


async def cancel_job(ctx: Context, job_id: UUID) -> None:
    """Cancel a job: one that waits at once; one that runs is told so, and stops at the next place where it may. Needs
    `job.manage` unless the viewer asked for it. Raises JobNotFound, JobEnded. Asking twice is asking once."""
    row = await _lock(ctx, job_id)
    if not (row["is_requested"] and row["created_by_id"] == ctx.viewer.user_id):
        ctx.require("job.manage")
    values = {"tenant": ctx.tenant_id, "id": job_id}
    if row["state"] in _WAITING:
        await execute(
            "update jobs set state = 'cancelled', cancel_asked_at = now(), finished_at = now(), lease_until = null,"
            " payload = '{}' where tenant_id = :tenant and id = :id",
            values,
        )
    elif row["state"] == "leased":
        await execute(
            "update jobs set cancel_asked_at = coalesce(cancel_asked_at, now())"
            " where tenant_id = :tenant and id = :id",
            values,
        )
    elif row["state"] != "cancelled":
        raise JobEnded(path=("id",))
    else:
        return
    await record(ctx, Happening("job.cancelled", "job", job_id))


async def retry_job(ctx: Context, job_id: UUID) -> None:
    """Let a parked job run again from where it stopped, with as many attempts as a new one. Needs `job.manage`.
    Raises JobNotFound, JobNotParked, JobForgotten."""
    row = await _lock(ctx, job_id)
    ctx.require("job.manage")
    await _let_run_again(row, Reach.TENANT)
    await record(ctx, Happening("job.retried", "job", job_id))


async def retry_own(job_id: UUID) -> None:
    """`retry_job` for a job of the installation, which no tenant sees: hence the system reach. Raises JobNotFound,
    JobNotParked, JobForgotten."""
    async with transaction(Reach.SYSTEM):
        row = await fetch_one(
            "select id, state, forget_at <= now() as is_forgotten from jobs where tenant_id is null and id = :id"
            " for update",
            {"id": job_id},
            reach=Reach.SYSTEM,
        )
        if row is None:
            raise JobNotFound(path=("id",))
        await _let_run_again(row, Reach.SYSTEM)


async def _let_run_again(row: Row, reach: Reach) -> None:
    if row["state"] != "parked":
        raise JobNotParked(path=("id",), state=SHOWN[row["state"]])
    if row["is_forgotten"]:
        raise JobForgotten(path=("id",))
    # `attempts` goes on counting: a claim of before must never look like a new one.
    await execute(
        "update jobs set state = 'ready', run_at = now(), finished_at = null, cancel_asked_at = null,"
        " forgiven = attempts where id = :id",
        {"id": row["id"]},
        reach=reach,
    )
    await execute("notify deskgraph_jobs", reach=reach)


SHOWN = {
    "ready": "WAITING", "sent": "WAITING", "leased": "RUNNING", "done": "DONE", "parked": "PARKED",
    "cancelled": "CANCELLED",
}  # fmt: skip
"""States as the API names them. What a broker carries waits, too."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A record that could not be changed."""

    subject_id: UUID
    error: DomainError


async def note_failures(ctx: Context, job_id: UUID, subject_type: str, failures: Sequence[Failure]) -> None:
    """Write down, in the open transaction, what failed. The wording is chosen when it is read, by the reader's
    language."""
    types = {
        "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "job_id": "uuid", "subject_type": "text",
        "subject_id": "uuid", "code": "text", "message": "text", "details": "jsonb", "path": "jsonb",
    }  # fmt: skip
    rows = [
        {
            "id": ctx.new_id(), "tenant_id": ctx.tenant_id, "created_at": ctx.now(), "job_id": job_id,
            "subject_type": subject_type, "subject_id": each.subject_id, "code": each.error.code,
            "message": each.error.message,
            "details": orjson.dumps({name: kept(value) for name, value in each.error.values.items()}).decode(),
            "path": orjson.dumps(list(each.error.path)).decode(),
        }
        for each in failures
    ]  # fmt: skip
    await insert_rows("job_failures", types, rows)
