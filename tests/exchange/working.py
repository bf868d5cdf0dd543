"""Exports and imports in tests: asked for, done by a worker of the test's own, and what came of them."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.app import runtime_of
from core.exchange.tasks import exchange_handlers
from core.identity.service.again import viewer_again
from core.kit.context import acting_for
from core.kit.database import fetch_value
from core.kit.jobs import Pace, work
from core.runtime import Runtime
from core.testing import Desk, Person
from tests.files.sending import path_of
from tests.jobs.asking import JOB
from tests.jobs.bulk import ended

TICKETS = f"""mutation($input: TicketExportInput!) {{ ticketExport(input: $input) {{
  job {{ {JOB} }} userErrors {{ code message path }} }} }}"""
TENANT = f"""mutation($input: TenantExportInput!) {{ tenantExport(input: $input) {{
  job {{ {JOB} }} userErrors {{ code message path }} }} }}"""
FILES = """query($id: ID!) { job(id: $id) { files { nodes {
  id fileName contentType byteSize sha256 url expiresAt } } } }"""
QUICK = Pace(poll_seconds=0.02)


_RUNTIMES: dict[int, Runtime] = {}


def runtime_in(desk: Desk) -> Runtime:
    """What the server's worker works with."""
    settings = desk.served.settings
    if id(settings) not in _RUNTIMES:
        _RUNTIMES[id(settings)] = runtime_of(settings)[0]
    return _RUNTIMES[id(settings)]


def handlers(desk: Desk) -> Any:
    """The handlers of the product, with its storage."""
    return exchange_handlers(runtime_in(desk), viewer_again)


@asynccontextmanager
async def working(desk: Desk, **changed: Any) -> AsyncIterator[None]:
    """A worker of exports and imports."""
    task = asyncio.create_task(work({**handlers(desk), **changed}, QUICK))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def finish(desk: Desk) -> None:
    """Do what waits of the desk's exports and imports."""
    kinds, left = (
        list(handlers(desk)),
        "select count(*) from jobs where kind = any(:kinds) and finished_at is null",
    )
    with acting_for(desk.tenant_id):
        async with working(desk):
            while await fetch_value(left, {"kinds": kinds}):  # noqa: ASYNC110 - a row says it
                await asyncio.sleep(0.02)


async def done(desk: Desk, person: Person, job: str) -> Any:
    """The job, after a worker has worked until it ended."""
    async with working(desk):
        return await ended(person, job)


async def files(person: Person, job: str) -> list[Any]:
    """The files that this person sees of a job."""
    found: list[Any] = (await person.ask(FILES, id=job)).data["job"]["files"]["nodes"]
    return found


async def content(person: Person, job: str) -> bytes:
    """The one file of a job."""
    (file,) = await files(person, job)
    answer = await person.served.http.get(path_of(file["url"]))
    assert answer.status_code == 200, answer.text
    assert len(answer.content) == file["byteSize"]
    return answer.content


def rows(data: bytes) -> list[list[str]]:
    """A file of CSV, which begins with the mark of UTF-8."""
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


async def exported(desk: Desk, person: Person, *fields: str, **values: Any) -> list[list[str]]:
    """Tickets as CSV: these built-in fields of those selected, all unless told."""
    given = {"select": {"filter": {}}, "fields": [{"field": each} for each in fields], **values}
    job = await asked(person, **given)
    assert (await done(desk, person, job))["state"] == "DONE"
    return rows(await content(person, job))


async def asked(person: Person, **values: Any) -> str:
    """An export of tickets that was accepted: its job's id."""
    return str((await person.ask(TICKETS, input=values)).payload("ticketExport")["job"]["id"])
