"""Jobs as operators see them: of every tenant and of the installation, with what went wrong."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.jobs.errors import JobNotFound
from core.jobs.service import SHOWN, retry_own
from core.jobs.service import retry_job as retry
from core.kit.context import acting_for
from core.kit.database import system_fetch, transaction
from core.kit.database.sql import Row
from core.kit.ids import key_of, to_global
from core.operating.acting import operator_context, tenant_by_slug
from core.operating.installation import opened
from settings import Settings

_LISTED = """
select j.*, t.slug from jobs j left join tenants t on t.id = j.tenant_id
where (:tenant::uuid is null or j.tenant_id = :tenant) and (:states::text[] is null or j.state = any(:states))
  and (:kind::text is null or j.kind = :kind)
  and (j.tenant_id is not null or j.state <> 'done' or :states::text[] is not null or :kind::text is not null)
order by j.id desc limit :limit
"""


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A job in a list. Without a tenant it is the installation's own."""

    id: str
    tenant: str | None
    kind: str
    state: str
    attempts: int
    done: str
    created_at: datetime
    run_at: datetime
    fault: str | None


def _record(row: Row) -> JobRecord:
    return JobRecord(
        to_global("job", row["id"]), row["slug"], row["kind"], SHOWN[row["state"]].lower(), row["attempts"], _done(row),
        row["created_at"], row["run_at"], row["fault"],
    )  # fmt: skip


def _done(row: Row) -> str:
    if row["total"] is None:
        return "-"
    done = row["done"] + (row["tentative"] if row["state"] == "leased" else 0)
    return f"{done}/{row['total']}"


async def list_jobs(
    settings: Settings, *, tenant: str | None, state: str | None, kind: str | None, limit: int
) -> list[JobRecord]:
    """The newest jobs of all, or of one tenant. The installation's own that are done are left out unless a state or
    kind is asked for: they are many and tell little. Raises NoSuchTenant."""
    async with opened(settings):
        values = {
            "tenant": await tenant_by_slug(tenant) if tenant else None,
            "states": [stored for stored, shown in SHOWN.items() if shown.lower() == state] if state else None,
            "kind": kind, "limit": limit,
        }  # fmt: skip
        return [_record(row) for row in await system_fetch(_LISTED, values)]


async def show_job(settings: Settings, id: str) -> dict[str, Any]:
    """A job with the error of its last attempt. Raises JobNotFound."""
    async with opened(settings):
        row = await _find(id)
    record = _record(row)
    shown = {name: getattr(record, name) for name in JobRecord.__dataclass_fields__}
    return {**shown, "finished_at": row["finished_at"], "error": row["last_error"]}


async def retry_job(settings: Settings, id: str) -> JobRecord:
    """Let a parked job run again. Raises JobNotFound, JobNotParked, JobForgotten."""
    async with opened(settings):
        row = await _find(id)
        if row["tenant_id"] is None:
            await retry_own(row["id"])
        else:
            with acting_for(row["tenant_id"]):
                async with transaction():
                    await retry(operator_context(row["tenant_id"]), row["id"])
        return _record(await _find(id))


async def _find(id: str) -> Row:
    """Looks across tenants: an operator names a job by its id alone."""
    key = key_of(id, "job")
    rows = await system_fetch(
        "select j.*, t.slug from jobs j left join tenants t on t.id = j.tenant_id where j.id = :id",
        {"id": key},
    )
    if not rows:
        raise JobNotFound
    return rows[0]
