"""The operation and security log (B19, G8), through the API."""

from typing import Any

from core.kit.context import acting_for
from core.kit.database import fetch
from core.kit.ids import to_global
from core.testing import Desk, Person
from tests.tickets.making import open_ticket

LOG = """query($filter: AuditEventFilter, $first: Int, $after: String) {
  auditEvents(filter: $filter, first: $first, after: $after) {
    nodes { id type via subjectType subjectId reason occurredAt actor { id } onBehalfOf { id } }
    pageInfo { endCursor } } }"""
START = """mutation($input: ImpersonationStartInput!) { impersonationStart(input: $input) {
  token userErrors { code } } }"""
RENAME = "mutation($input: UserUpdateInput!) { userUpdate(input: $input) { userErrors { code } } }"


async def log(person: Person, **given: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await person.ask(LOG, **given)).data["auditEvents"]["nodes"]
    return found


async def impersonate(desk: Desk) -> None:
    """The admin acts as the customer and renames them."""
    started = await desk.admin.ask(START, input={"userId": desk.customer.id, "reason": "called in"})
    token = started.payload("impersonationStart")["token"]
    acting = Person(desk.served, desk.customer.key, token, "")
    (await acting.ask(RENAME, input={"id": desk.customer.id, "name": "New"})).payload("userUpdate")


async def test_the_log_names_who_really_acted_newest_first(desk: Desk) -> None:
    await impersonate(desk)

    changed, started = await log(desk.founder, filter={"actor": {"eq": desk.admin.id}}, first=2)

    assert (started["type"], started["reason"], started["onBehalfOf"]) == (
        "impersonation.started",
        "called in",
        None,
    )
    assert (started["subjectType"], started["subjectId"]) == ("user", desk.customer.id)
    assert (changed["type"], changed["actor"], changed["onBehalfOf"]) == (
        "user.updated",
        {"id": desk.admin.id},
        {"id": desk.customer.id},
    )


async def test_the_log_is_narrowed_and_paged(desk: Desk) -> None:
    await impersonate(desk)

    every = await log(desk.founder, first=100)
    page = (await desk.founder.ask(LOG, first=1)).data["auditEvents"]
    rest = await log(desk.founder, first=100, after=page["pageInfo"]["endCursor"])
    by_type = await log(desk.founder, filter={"type": {"eq": "impersonation.started"}})

    assert page["nodes"] + rest == every
    assert every == sorted(every, key=lambda each: each["id"], reverse=True)
    assert [each["type"] for each in by_type] == ["impersonation.started"]


async def test_the_log_is_for_those_who_may_read_it(desk: Desk, other: Desk) -> None:
    await impersonate(desk)
    [entry] = await log(desk.founder, filter={"type": {"eq": "impersonation.started"}})

    for person in (desk.agent, desk.leader, desk.customer):
        assert (await person.ask(LOG)).codes == ["FORBIDDEN"]
    for person in (desk.agent, desk.customer, other.founder):
        found = await person.ask(
            "query($id: ID!) { node(id: $id) { id } auditEvent(id: $id) { id } }", id=entry["id"]
        )
        assert found.data == {"node": None, "auditEvent": None}
    assert await log(other.founder, filter={"type": {"eq": "impersonation.started"}}) == []


async def test_a_tickets_event_is_an_event_of_a_ticket(desk: Desk) -> None:
    await open_ticket(desk.agent)
    await impersonate(desk)
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select id, subject_type from events where tenant_id = :tenant", {"tenant": desk.tenant_id}
        )
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"

    found = await desk.founder.ask(query, ids=[to_global("evt", row["id"]) for row in rows][:100])

    shown = {each["id"] for each in found.data["nodes"] if each}
    assert shown == {to_global("evt", row["id"]) for row in rows if row["subject_type"] == "ticket"} != set()
