"""Look-ups and lists of jobs."""

import strawberry

from core.jobs.graphql.types import Job
from core.kit.graph import listing, lookup


@strawberry.type
class JobQuery:
    job = lookup(Job, "A job by its id: one that the viewer asked for, or any with `job.read`.")
    jobs = listing(
        Job,
        "Jobs, newest first: those that the viewer asked for, and with `job.read` every job of the desk. Kept for 7"
        " days after they end, parked ones for 90.",
        order=("CREATED_AT",),
        descending=True,
    )
