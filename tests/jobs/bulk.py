"""Bulk updates in tests: asked for, run by a worker of the test's own, and what came of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.identity.service.again import viewer_again
from core.kit.jobs import Pace, work
from core.testing import Desk, Person
from core.tickets.service.bulk import KIND, bulk_handler
from tests.jobs.asking import JOB, seen

BULK = f"""mutation($input: TicketBulkUpdateInput!) {{ ticketBulkUpdate(input: $input) {{
  job {{ {JOB} }} userErrors {{ code message path }} }} }}"""
FAILURES = """query($id: ID!, $after: String, $first: Int = 20) { job(id: $id) { result { ... on BulkResult {
  failures(first: $first, after: $after) { nodes { subjectId code message path } pageInfo { hasNextPage endCursor }
  totalCount { value } } } } } }"""
QUICK = Pace(poll_seconds=0.02)


@asynccontextmanager
async def working() -> AsyncIterator[None]:
    """A worker of bulk updates."""
    task = asyncio.create_task(work({KIND: bulk_handler(viewer_again)}, QUICK))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def asked(person: Person, **values: Any) -> str:
    """A bulk update that was accepted: its job's id."""
    return str((await person.ask(BULK, input=values)).payload("ticketBulkUpdate")["job"]["id"])


async def ended(person: Person, job: str, seconds: float = 60) -> Any:
    """The job once it has ended."""
    deadline = asyncio.get_running_loop().time() + seconds
    while (found := await seen(person, job))["finishedAt"] is None:
        assert asyncio.get_running_loop().time() < deadline, found
        await asyncio.sleep(0.05)
    return found


async def failures(person: Person, job: str, **page: Any) -> Any:
    """What failed."""
    return (await person.ask(FAILURES, id=job, **page)).data["job"]["result"]["failures"]


async def titles(desk: Desk, ids: list[str]) -> list[tuple[str, int]]:
    """Title and version of tickets."""
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Ticket { title version } } }"
    nodes = (await desk.founder.ask(query, ids=ids)).data["nodes"]
    return [(each["title"], each["version"]) for each in nodes]
