"""A job as it goes on, to those who wait for its end."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, Any
from uuid import UUID

import strawberry

from core.jobs.graphql.types import Job
from core.kit.context import Context
from core.kit.graph import Info, Request, load_node, registry
from core.kit.ids import key_of, new_id
from core.kit.stream.lookouts import woken_or_due

LOOK_SECONDS = 5.0
"""Also without a wake-up: one may be lost, and of jobs that nobody asked for there is none."""
PAUSE_SECONDS = 0.5


@strawberry.type
class JobSubscription:
    @strawberry.subscription(
        description="A job: as it is now, and after each change of its state or progress, at most twice a second, "
        "until it has ended. Of jobs that nobody asked for as such, changes are seen within five seconds. Null, and "
        "the end, where `job` is null."
    )
    async def job_changed(
        self, info: Info, id: Annotated[strawberry.ID, strawberry.argument(description="The job.")]
    ) -> AsyncGenerator[Job | None, None]:
        request, key = info.context, key_of(id, "job")
        ctx: Context | None = request.ctx
        if key is None:
            yield None
            return
        told: object = None
        with request.app.job_lookouts.on(key) as woken:
            while ctx is not None and not request.app.job_lookouts.is_closed:
                woken.clear()
                job = await _seen(request, ctx, key)
                if job is None or _state(job) != told:
                    yield job
                if job is None or job.finished_at is not None:
                    return
                told = _state(job)
                await asyncio.sleep(PAUSE_SECONDS)
                await woken_or_due(woken, LOOK_SECONDS)
                ctx = await request.renew()


async def _seen(request: Request, ctx: Context, key: UUID) -> Any:
    """The job as the viewer sees it now, by the rights they have now."""
    job = await load_node(Request(ctx=ctx, locale=request.locale, app=request.app), registry.of(Job), key)
    if job is not None:
        # What the edge asks of whatever arrives: no two answers are the same, and who it is for.
        job.__dict__.update(event_id=new_id(), viewer=ctx.viewer)
    return job


def _state(job: Any) -> object:
    return job.state, job.attempts, job.done, job.tentative, job.failed, job.cancel_asked_at, job.fault
