"""An organisation of 10,000 people: paged and served with as many statements as a small one."""

from typing import Any

from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.kit.ids import key_of, new_id
from core.operating import operator_context
from core.testing import Desk

MANY = 10_000
CREATE = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { id } userErrors { code path } } }"""
FORWARD = """query($id: ID!, $after: String) { organization(id: $id) { users(first: 100, after: $after) {
  nodes { id name } pageInfo { hasNextPage endCursor } } } }"""
BACKWARD = """query($id: ID!, $before: String) { organization(id: $id) { users(last: 100, before: $before) {
  nodes { id name } pageInfo { hasPreviousPage startCursor } } } }"""
OPEN = """mutation($input: TicketCreateInput!) { ticketCreate(input: $input) {
  ticket { id organization { id } requester { name } } userErrors { code path message } } }"""
ONE_READ = 1


async def fill(desk: Desk, organization: str) -> None:
    """Insert people under names that repeat, so that ties are broken by id."""
    with acting_for(desk.tenant_id):
        await execute(
            "insert into users (id, tenant_id, created_at, updated_at, kind, name, status, is_founder,"
            " organization_id, custom, version) select x.id, :tenant, :now, :now, 'CUSTOMER',"
            " '客户 ' || (x.place % 2500), 'ACTIVE', false, :organization, '{}', 1"
            " from unnest(:ids::uuid[]) with ordinality x(id, place)",
            {
                "tenant": desk.tenant_id, "now": operator_context(desk.tenant_id).now(),
                "organization": key_of(organization, "org"), "ids": [new_id() for _ in range(MANY)],
            },
        )  # fmt: skip


async def test_ten_thousand_people_are_paged_both_ways_and_served(desk: Desk, statements: Any) -> None:
    made = await desk.admin.ask(CREATE, input={"name": "Contoso"})
    organization = made.payload("organizationCreate")["organization"]["id"]
    await fill(desk, organization)

    forward, cursor, more = [], None, True
    while more:
        with statements() as texts:
            answer = await desk.admin.ask(FORWARD, id=organization, after=cursor)
        page = answer.data["organization"]["users"]
        forward += page["nodes"]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert len(application_statements(texts)) == ONE_READ
    assert len({each["id"] for each in forward}) == len(forward) == MANY
    assert forward == sorted(forward, key=lambda each: (each["name"], each["id"]))

    backward: list[dict[str, str]] = []
    cursor, more = None, True
    while more:
        answer = await desk.admin.ask(BACKWARD, id=organization, before=cursor)
        page = answer.data["organization"]["users"]
        backward = page["nodes"] + backward
        cursor, more = page["pageInfo"]["startCursor"], page["pageInfo"]["hasPreviousPage"]
    assert backward == forward

    await desk.admin.ask(CREATE, input={"name": "Fabrikam", "domains": ["fabrikam.example"]})
    alone = await desk.add("alone", UserKind.CUSTOMER, email="a@fabrikam.example")
    # What the tenant defines is read by the first write, and kept.
    await desk.admin.ask(OPEN, input={"title": "x", "body": "y", "requesterId": alone.id})
    counts = []
    for requester in (alone.id, forward[7000]["id"]):
        with statements() as texts:
            opened = await desk.admin.ask(OPEN, input={"title": "x", "body": "y", "requesterId": requester})
        counts.append(len(application_statements(texts)))
    assert opened.payload("ticketCreate")["ticket"]["organization"] == {"id": organization}
    assert counts[0] == counts[1]


def application_statements(texts: list[str]) -> list[str]:
    """Without what the pool says to PostgreSQL when a connection is taken, and asks about the caller; and without the
    note of a token's last use, which is made beside the request whenever there is time."""
    others = ("set_config", "tell_tenant", "last_used_at = ")
    return [each for each in texts if not any(other in each for other in others)]
