"""Jobs, how far they have come, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import orjson
import strawberry

from core.jobs import queries
from core.kit.graph import (
    Connection,
    Node,
    Request,
    UserErrorCode,
    batched,
    column,
    enum_filter,
    many,
    node,
    one,
)
from core.kit.i18n import said_in, translate, unkept
from core.kit.ids import to_global
from core.kit.jobs.faults import MESSAGES, Fault

if TYPE_CHECKING:
    from core.identity.graphql import User

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]

_SUBJECTS = {"ticket": "tkt"}


@strawberry.enum(description="How far a job is.")
class JobState(Enum):
    WAITING = strawberry.enum_value(
        "WAITING", description="For its time, a free worker, or its next attempt."
    )
    RUNNING = strawberry.enum_value("RUNNING", description="A worker is at it.")
    DONE = strawberry.enum_value("DONE", description="It ran to its end.")
    PARKED = strawberry.enum_value(
        "PARKED", description="Given up after its last attempt; kept until somebody retries it."
    )
    CANCELLED = strawberry.enum_value("CANCELLED", description="Ended before its end, since somebody asked.")


@strawberry.enum(description="Why an attempt at a job ended badly.")
class JobErrorCode(Enum):
    FAILED = strawberry.enum_value("FAILED", description="Something did not work.")
    TIMED_OUT = strawberry.enum_value("TIMED_OUT", description="It took longer than a job may take.")
    CRASHED = strawberry.enum_value("CRASHED", description="Every attempt took its worker down.")
    GIVEN_UP = strawberry.enum_value("GIVEN_UP", description="It cannot succeed, so it is not tried again.")
    PLUGIN_GONE = strawberry.enum_value(
        "PLUGIN_GONE", description="The plugin that does it is not installed any more, or broken."
    )


@strawberry.type(description="Why the last attempt at a job ended badly.")
class JobError:
    code: JobErrorCode = strawberry.field(description="The kind, for logic.")
    message: str = strawberry.field(
        description="What happened, in the caller's language. Names nothing and nobody."
    )


@strawberry.type(description="How much of a job is done.")
class JobProgress:
    done: int = strawberry.field(description="How many records it is through with, whatever came of each.")
    total: int | None = strawberry.field(description="How many there are; null when it does not count.")


@node(
    prefix="jfl",
    table="job_failures",
    sight=queries.failure_sight,
    description="A record that a job could not change, and why.",
)
class JobFailure(Node):
    subject_id: strawberry.ID | None = column(
        "The global id of the record.",
        sql="{t}.subject_type || ' ' || {t}.subject_id",
        decode=lambda stored: _global(stored),
    )
    code: UserErrorCode = column(
        "The kind of refusal, for logic.", decode=lambda stored: UserErrorCode[stored]
    )
    path: list[str] | None = column(
        "The place within the input of a single change, null where it is none, as in `userErrors`.",
        sql="nullif({t}.path, '[]'::jsonb)::text",
        decode=orjson.loads,
    )
    message: str = column(
        "Why, and the way out, in the caller's language.",
        sql="json_build_array({t}.message, {t}.details)::text",
        render=lambda stored, request: _refusal(stored, request.locale),
    )


def _refusal(stored: str, locale: str) -> str:
    text, values = orjson.loads(stored)
    return translate(text, locale).format(
        **said_in(locale, {name: unkept(each) for name, each in values.items()})
    )


def _global(stored: str) -> str | None:
    kind, _, key = stored.partition(" ")
    return to_global(_SUBJECTS[kind], UUID(key)) if kind in _SUBJECTS else None


@strawberry.interface(description="What came of a job. Grows while it runs.")
class JobResult:
    succeeded_count: int = strawberry.field(description="How many records it did its work on.")
    failed_count: int = strawberry.field(description="How many it could not do its work on.")


@strawberry.type(description="What came of a change of many records.")
class BulkResult(JobResult):
    row_key: strawberry.Private[UUID]
    is_rolled_back: bool = strawberry.field(
        description="Whether all of it was undone, since some failed and it was to be all or nothing."
    )
    failures: Connection[JobFailure] = many("job_id", "What failed and why, in the order of the work.")


async def _progress(_request: Request, jobs: Sequence[Any]) -> list[JobProgress]:
    return [JobProgress(done=_shown(job), total=job.total) for job in jobs]


def _shown(job: Any) -> int:
    """What an attempt has not committed counts while it is under way, and never again."""
    return int(job.done + job.tentative if job.state is JobState.RUNNING else job.done)


async def _errors(request: Request, jobs: Sequence[Any]) -> list[JobError | None]:
    return [_error(job.fault, request.locale) if job.fault else None for job in jobs]


def _error(stored: str, locale: str) -> JobError:
    fault = Fault(stored)
    return JobError(code=JobErrorCode[fault.value], message=translate(MESSAGES[fault], locale))


async def _results(_request: Request, jobs: Sequence[Any]) -> list[BulkResult | None]:
    return [_result(job) if job.total is not None else None for job in jobs]


def _result(job: Any) -> BulkResult:
    changed = 0 if job.is_rolled_back else job.done - job.failed
    return BulkResult(
        row_key=job.row_key,
        succeeded_count=changed,
        failed_count=job.failed,
        is_rolled_back=job.is_rolled_back,
    )


# An index has these very words (`JobLists`).
_STATE = (
    "case {t}.state when 'done' then 'DONE' when 'parked' then 'PARKED' when 'cancelled' then 'CANCELLED'"
    " when 'leased' then 'RUNNING' else 'WAITING' end"
)


@node(
    prefix="job",
    table="jobs",
    sight=queries.job_sight,
    # Ids are time-ordered, and an index has them.
    orders={"CREATED_AT": ("{t}.id", "uuid")},
    description="Work that goes on after the answer that asked for it.",
)
class Job(Node):
    state: JobState = column(
        "How far it is.",
        sql=_STATE,
        decode=lambda stored: JobState[stored],
        filter=enum_filter(JobState, "Conditions on the state of a job."),
    )
    kind: str = column("What it does, as in `ticket.bulk_update`.", filter="word")
    attempts: int = column("How often a worker began it.")
    run_at: datetime = column("When it is due, or was last.")
    created_at: datetime = column("When it was asked for.", filter="datetime")
    finished_at: datetime | None = column("When it ended.")
    cancel_asked_at: datetime | None = column(
        "When somebody asked to cancel it. While it runs on, it has not come to a place where it may stop."
    )
    created_by: LazyUser | None = one("created_by_id", "Whose act asked for it.", filter=True)
    progress: JobProgress = batched(
        ["state", "done", "tentative", "total"], _progress, "How much of it is done."
    )
    error: JobError | None = batched(
        ["fault"], _errors, "Why the last attempt ended badly; null when it did not."
    )
    result: JobResult | None = batched(
        ["done", "total", "failed", "is_rolled_back"],
        _results,
        "What came of it so far; null for a job whose work is not counted.",
    )
