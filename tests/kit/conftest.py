"""Jobs of one desk: asked for, looked at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from core.kit.context import acting_for
from core.kit.database import fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.jobs import enqueue
from core.operating import operator_context
from core.testing import Desk


class Jobs:
    """The job table as one desk sees it."""

    def __init__(self, desk: Desk) -> None:
        self.tenant_id = desk.tenant_id

    async def ask(
        self, kind: str, payload: Mapping[str, Any] | None = None, run_at: datetime | None = None
    ) -> UUID:
        with acting_for(self.tenant_id):
            async with transaction():
                return await enqueue(operator_context(self.tenant_id), kind, payload or {}, run_at=run_at)

    async def row(self, job_id: UUID) -> Row:
        with acting_for(self.tenant_id):
            row = await fetch_one(
                "select *, lease_until > now() as held from jobs where id = :id", {"id": job_id}
            )
        assert row is not None
        return row

    async def state(self, job_id: UUID) -> str:
        return str((await self.row(job_id))["state"])


@pytest.fixture
def jobs(desk: Desk) -> Jobs:
    return Jobs(desk)
