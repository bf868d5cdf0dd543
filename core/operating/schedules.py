"""Schedules as operators see them: what recurs, when it is next, and letting it run now."""

from dataclasses import dataclass
from datetime import datetime

from core.jobs.service import SHOWN
from core.kit.database import Reach, fetch_value, system_fetch
from core.kit.database.sql import Row
from core.kit.errors import Conflict, NotFound
from core.kit.schedules.table import shown_rhythm
from core.operating.acting import tenant_by_slug
from core.operating.installation import opened
from settings import Settings

_LISTED = """
select s.*, t.slug, j.state from schedules s left join tenants t on t.id = s.tenant_id
  left join jobs j on j.id = s.last_job_id
where (:name::text is null or s.name = :name)
  and (not :of_one or s.tenant_id is not distinct from :tenant::uuid)
order by t.slug nulls first, s.name limit 1000
"""


class NoSuchSchedule(NotFound):
    message = "There is no schedule {name}; `./desk schedule list` shows them all."


class ScheduleInactive(Conflict):
    message = "The schedule {name} is switched off."


@dataclass(frozen=True, slots=True)
class ScheduleRecord:
    """A schedule in a list. Without a tenant it is the installation's own. `last_job` is the state of its last job, for
    as long as that is kept."""

    name: str
    tenant: str | None
    kind: str
    when: str
    next_run_at: datetime | None
    last_run_at: datetime | None
    last_job: str | None


def _record(row: Row) -> ScheduleRecord:
    return ScheduleRecord(
        row["name"], row["slug"], row["kind"], shown_rhythm(row), row["next_run_at"] if row["is_active"] else None,
        row["last_run_at"], SHOWN[row["state"]].lower() if row["state"] else None,
    )  # fmt: skip


async def list_schedules(settings: Settings, *, tenant: str | None) -> list[ScheduleRecord]:
    """The schedules of the installation and of every tenant, or of one tenant. Raises NoSuchTenant."""
    async with opened(settings):
        owner = await tenant_by_slug(tenant) if tenant else None
        values = {"name": None, "of_one": tenant is not None, "tenant": owner}
        return [_record(row) for row in await system_fetch(_LISTED, values)]


async def run_schedule(settings: Settings, name: str, *, tenant: str | None) -> ScheduleRecord:
    """Make a schedule of the installation, or of a tenant, due now; the worker writes its job within seconds, unless
    one is under way. Raises NoSuchTenant, NoSuchSchedule, ScheduleInactive."""
    async with opened(settings):
        owner = await tenant_by_slug(tenant) if tenant else None
        values = {"name": name, "tenant": owner}
        is_active = await fetch_value(
            "update schedules set next_run_at = case when is_active then least(next_run_at, now()) else next_run_at end"
            " where name = :name and tenant_id is not distinct from :tenant::uuid returning is_active",
            values,
            reach=Reach.SYSTEM,
        )
        if is_active is None:
            raise NoSuchSchedule(name=name)
        if not is_active:
            raise ScheduleInactive(name=name)
        return _record((await system_fetch(_LISTED, {**values, "of_one": True}))[0])
