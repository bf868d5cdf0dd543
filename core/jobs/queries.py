"""Sight of jobs."""

from uuid import UUID

from core.kit.context import Context, Viewer
from core.kit.database import fetch_one
from core.kit.database.sql import Row


def job_sight(viewer: Viewer, t: str) -> str:
    """Staff see the jobs they asked for, and with the right every job of the desk. What merely follows from an act, as
    a mail does, is nobody's own."""
    if not viewer.is_staff:
        return "false"
    if viewer.may("job.read") or viewer.may("job.manage"):
        return "true"
    return f"{t}.is_requested and {t}.created_by_id = :me"


def failure_sight(viewer: Viewer, t: str) -> str:
    """What failed in a job one sees."""
    return (
        f"exists (select 1 from jobs sj where sj.tenant_id = {t}.tenant_id and sj.id = {t}.job_id"
        f" and ({job_sight(viewer, 'sj')}))"
    )


async def lock_job(ctx: Context, job_id: UUID) -> Row | None:
    """The job if the viewer sees it, locked until the transaction ends."""
    return await fetch_one(
        "select t.id, t.state, t.created_by_id, t.is_requested, t.forget_at <= now() as is_forgotten from jobs t"
        f" where t.tenant_id = :tenant and t.id = :id and ({job_sight(ctx.viewer, 't')}) for update of t",
        {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": job_id},
    )
