"""Mutations of jobs."""

import strawberry

from core.jobs import service
from core.jobs.graphql.types import Job
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import needed_key


@strawberry.input(description="Which job to cancel.")
class JobCancelInput:
    id: strawberry.ID = strawberry.field(description="A job that has not ended.")


@strawberry.input(description="Which job to retry.")
class JobRetryInput:
    id: strawberry.ID = strawberry.field(description="A parked job.")


@strawberry.type(description="What `jobCancel` answers.")
class JobCancelPayload(Payload):
    job: Job | None = one("job_id", "The job: cancelled, or still running and told to stop.")


@strawberry.type(description="What `jobRetry` answers.")
class JobRetryPayload(Payload):
    job: Job | None = one("job_id", "The job, waiting for a worker.")


@strawberry.type
class JobMutation:
    @mutation(
        "Cancel a job: one that waits at once, one that runs where it next may stop. What it did stays. Others'"
        " jobs take `job.manage`."
    )
    async def job_cancel(info: Info, input: JobCancelInput) -> JobCancelPayload:
        job_id = needed_key(input.id, "job", "id")
        await service.cancel_job(info.context.ctx, job_id)
        return JobCancelPayload.of(job_id=job_id)

    @mutation("Let a parked job run again, from where it stopped.", permission="job.manage")
    async def job_retry(info: Info, input: JobRetryInput) -> JobRetryPayload:
        job_id = needed_key(input.id, "job", "id")
        await service.retry_job(info.context.ctx, job_id)
        return JobRetryPayload.of(job_id=job_id)
