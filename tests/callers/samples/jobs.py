"""Samples of the mutations of jobs."""

from typing import Any

from core.kit.context import acting_for
from core.kit.database import execute, transaction
from core.kit.ids import to_global
from core.kit.jobs import enqueue
from core.operating import operator_context
from core.testing import Desk
from tests.callers.sample import Sample


async def _cancel(desk: Desk) -> dict[str, Any]:
    with acting_for(desk.tenant_id):
        async with transaction():
            job_id = await enqueue(operator_context(desk.tenant_id), "test.sample", {})
    return {"id": to_global("job", job_id)}


async def _retry(desk: Desk) -> dict[str, Any]:
    given = await _cancel(desk)
    with acting_for(desk.tenant_id):
        await execute("update jobs set state = 'parked', finished_at = now() where kind = 'test.sample'")
    return given


SAMPLES = {
    "jobCancel": Sample(make=_cancel, denied="agent"),
    "jobRetry": Sample(make=_retry, denied="agent"),
}
