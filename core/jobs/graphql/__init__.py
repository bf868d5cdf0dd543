"""Jobs in the API."""

from core.jobs.graphql.mutations import JobMutation
from core.jobs.graphql.query import JobQuery
from core.jobs.graphql.subscriptions import JobSubscription
from core.jobs.graphql.types import BulkResult, Job, JobFailure

__all__ = ["BulkResult", "Job", "JobFailure", "JobMutation", "JobQuery", "JobSubscription"]
