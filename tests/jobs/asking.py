"""Jobs of a desk, and the questions asked of them."""

from datetime import datetime
from typing import Any

from core.kit.context import Context, UserKind, Viewer, acting_for
from core.kit.context import TicketScope as Scope
from core.kit.database import execute, transaction
from core.kit.ids import key_of, to_global
from core.kit.jobs import enqueue
from core.testing import Desk, Person

JOB = """id state kind attempts runAt createdAt finishedAt cancelAskedAt createdBy { id } progress { done total }
  error { code message } result { succeededCount failedCount ... on BulkResult { isRolledBack } }"""
READ = f"query($id: ID!) {{ job(id: $id) {{ {JOB} }} }}"
LIST = "query($filter: JobFilter) { jobs(filter: $filter) { nodes { id state kind } } }"
CANCEL = f"""mutation($input: JobCancelInput!) {{ jobCancel(input: $input) {{ job {{ {JOB} }}
  userErrors {{ code message path }} }} }}"""
RETRY = CANCEL.replace("Cancel", "Retry")


def acting(person: Person, desk: Desk) -> Context:
    """A context in which this person acts."""
    viewer = Viewer(desk.tenant_id, person.key, UserKind.AGENT, Scope.ALL, frozenset())
    return Context(viewer)


async def a_job(desk: Desk, person: Person | None = None, kind: str = "test.none", **values: Any) -> str:
    """A job that somebody asked for, which no worker runs."""
    person = person or desk.agent
    values = {"is_requested": True, **values}
    with acting_for(desk.tenant_id):
        async with transaction():
            return to_global("job", await enqueue(acting(person, desk), kind, {"to": "secret"}, **values))


async def put(desk: Desk, job: str, **values: object) -> None:
    """Write a job's columns, as a worker would."""
    columns = ", ".join(f"{name} = :{name}" for name in values)
    with acting_for(desk.tenant_id):
        await execute(f"update jobs set {columns} where id = :id", {**values, "id": key_of(job, "job")})


async def seen(person: Person, job: str) -> Any:
    """The job as this person sees it, or None."""
    return (await person.ask(READ, id=job)).data["job"]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
