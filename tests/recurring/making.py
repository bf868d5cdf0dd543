"""What tests of recurring tickets are given, and the questions they ask."""

from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch
from core.kit.database.sql import Row
from core.kit.ids import key_of
from core.kit.jobs import Claimed
from core.kit.schedules import write_jobs
from core.operating.acting import automatic_context
from core.recurring.service import KIND
from core.recurring.tasks import open_handler
from core.testing import Answer, Desk, Person

RECURRING = """id name cron timeZone isActive nextAt title body version problem lastDueAt creator { id }
  requester { id } group { id } assignee { id } priority { key } form { id } lastTicket { id number title }"""
ERRORS = "userErrors { code path message }"
CREATE = f"""mutation($input: RecurringTicketCreateInput!) {{
  recurringTicketCreate(input: $input) {{ recurringTicket {{ {RECURRING} }} {ERRORS} }} }}"""
UPDATE = f"""mutation($input: RecurringTicketUpdateInput!) {{
  recurringTicketUpdate(input: $input) {{ recurringTicket {{ {RECURRING} }} {ERRORS} }} }}"""
DELETE = f"""mutation($input: RecurringTicketDeleteInput!) {{
  recurringTicketDelete(input: $input) {{ deletedId {ERRORS} }} }}"""
READ = f"query($id: ID!) {{ recurringTicket(id: $id) {{ {RECURRING} }} }}"
LIST = f"""query($filter: RecurringTicketFilter) {{
  recurringTickets(filter: $filter) {{ nodes {{ {RECURRING} }} }} }}"""
TICKETS = """{ tickets(orderBy: {field: NUMBER, direction: ASC}) { nodes { id number title source
  creator { id } requester { id } group { id } assignee { id } priority { key } customFields { field { key }
  ... on CustomTextValue { text } } messages { nodes { bodyText author { id } } } } } }"""


async def try_recur(desk: Desk, *, by: Person | None = None, **values: Any) -> Answer:
    given = {
        "name": "Weekly check", "cron": "0 9 * * 1", "title": "巡检", "body": "Check the lifts.",
        "requesterId": desk.customer.id, **values,
    }  # fmt: skip
    return await (by or desk.admin).ask(
        CREATE, input={name: each for name, each in given.items() if each is not None}
    )


async def recur(desk: Desk, **values: Any) -> dict[str, Any]:
    """A recurring ticket."""
    made: dict[str, Any] = (await try_recur(desk, **values)).payload("recurringTicketCreate")
    return dict(made["recurringTicket"])


async def read(desk: Desk, made: dict[str, Any]) -> dict[str, Any]:
    """The recurring ticket as it is now."""
    found: dict[str, Any] = (await desk.admin.ask(READ, id=made["id"])).data["recurringTicket"]
    return found


async def be_due(desk: Desk, ago: str = "1 second") -> None:
    """As if the desk's schedules had been due this long ago."""
    with acting_for(desk.tenant_id):
        await execute(
            "update schedules set next_run_at = date_trunc('second', now()) - :ago::text::interval"
            " where tenant_id = :tenant",
            {"ago": ago, "tenant": desk.tenant_id},
        )


async def jobs(desk: Desk) -> list[Row]:
    """What waits to be opened, after the schedules were looked at."""
    await write_jobs([KIND])
    with acting_for(desk.tenant_id):
        return await fetch(
            "select id, payload from jobs where tenant_id = :tenant and kind = :kind and state = 'ready' order by id",
            {"tenant": desk.tenant_id, "kind": KIND},
        )


async def work(desk: Desk, job: Row) -> None:
    """Do a job, as the worker would."""
    with acting_for(desk.tenant_id):
        claimed = Claimed(job["id"], desk.tenant_id, KIND, orjson.loads(job["payload"]), 1)
        await open_handler(automatic_context)(claimed)


async def end(job: Row) -> None:
    await execute("update jobs set state = 'done' where id = :id", {"id": job["id"]}, reach=Reach.SYSTEM)


async def opened(desk: Desk) -> list[dict[str, Any]]:
    """The desk's tickets, the oldest first."""
    nodes: list[dict[str, Any]] = (await desk.founder.ask(TICKETS)).data["tickets"]["nodes"]
    return nodes


async def run(desk: Desk) -> None:
    """Look at the schedules and open what is due."""
    for job in await jobs(desk):
        await work(desk, job)
        await end(job)


def key(made: dict[str, Any]) -> UUID:
    found = key_of(made["id"], "rct")
    assert found is not None
    return found


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
