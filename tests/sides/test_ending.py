"""Side threads get another name, and come to an end."""

from core.kit.context import acting_for
from core.kit.database import fetch_value
from core.testing import Desk
from tests.callers.rows import changed, digest
from tests.notifications.telling import notifications, tell
from tests.sides.making import DELETE, RENAME, begin, helper, read, try_begin
from tests.tickets.making import make_group, open_ticket

BEGUN = '{ auditEvents(filter: { type: { eq: "side_thread.created" } }) { nodes { subjectId } } }'
LOG = """{ auditEvents(filter: { type: { in: ["side_thread.renamed", "side_thread.deleted"] } }) {
  nodes { type } } }"""


async def _log(desk: Desk) -> list[dict[str, str]]:
    nodes: list[dict[str, str]] = (await desk.founder.ask(LOG)).data["auditEvents"]["nodes"]
    return nodes


async def test_whoever_is_in_it_with_the_right_renames_it(desk: Desk) -> None:
    outside = await helper(desk)
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], desk.agent, outside)

    renamed = await desk.agent.ask(RENAME, input={"id": made["id"], "name": " Who  pays now? "})
    assert renamed.payload("sideThreadUpdate")["sideThread"]["name"] == "Who pays now?"
    assert [each["type"] for each in await _log(desk)] == ["side_thread.renamed"]
    before = await digest(desk.tenant_id)
    same = await desk.agent.ask(RENAME, input={"id": made["id"], "name": "Who pays now?"})
    assert same.payload("sideThreadUpdate")["sideThread"]["name"] == "Who pays now?"
    for person, name, refusal in (
        (desk.agent, " ", ("REQUIRED", ["name"])),
        (desk.agent, "x" * 121, ("TOO_LONG", ["name"])),
        (desk.leader, "x", ("NOT_FOUND", ["id"])),
        (outside, "x", ("FORBIDDEN", None)),
    ):
        answer = await person.ask(RENAME, input={"id": made["id"], "name": name})
        assert answer.refusals("sideThreadUpdate") == [refusal]
    assert changed(before, await digest(desk.tenant_id)) == []


async def test_whoever_began_it_ends_it_and_its_place_is_free_again(desk: Desk) -> None:
    colleague = await desk.add("agent")
    await make_group(desk, "Tier 1", desk.agent, colleague)
    ticket = (await open_ticket(desk.customer))["id"]
    made = [await begin(desk.agent, ticket, colleague) for _ in range(50)]
    full = await try_begin(desk.agent, ticket, colleague)
    assert full.refusals("sideThreadCreate") == [("LIMIT_EXCEEDED", ["ticketId"])]

    by_another = await colleague.ask(DELETE, input={"id": made[0]["id"]})
    assert by_another.refusals("sideThreadDelete") == [("FORBIDDEN", ["id"])]
    gone = await desk.agent.ask(DELETE, input={"id": made[0]["id"]})

    assert gone.payload("sideThreadDelete")["deletedId"] == made[0]["id"]
    assert [await read(each, made[0]) for each in (desk.agent, colleague)] == [None, None]
    assert [each["type"] for each in await _log(desk)] == ["side_thread.deleted"]
    (await try_begin(desk.agent, ticket, colleague)).payload("sideThreadCreate")


async def test_who_manages_the_ticket_ends_what_they_are_not_in_and_reads_nothing_of_it(desk: Desk) -> None:
    await make_group(desk, "Tier 1", desk.agent, desk.leader)
    made = await begin(desk.agent, (await open_ticket(desk.customer))["id"], desk.leader)
    own = await begin(desk.agent, (await open_ticket(desk.admin))["id"], desk.leader)
    begun = (await desk.founder.ask(BEGUN)).data["auditEvents"]["nodes"]
    assert {each["subjectId"] for each in begun} == {made["id"], own["id"]}
    before = await digest(desk.tenant_id)
    for person, thread in ((desk.customer, made), (desk.admin, own)):
        answer = await person.ask(DELETE, input={"id": thread["id"]})
        assert answer.refusals("sideThreadDelete") == [("NOT_FOUND", ["id"])]
    assert changed(before, await digest(desk.tenant_id)) == []

    assert await read(desk.admin, made) is None
    ended = await desk.admin.ask(DELETE, input={"id": made["id"]})

    assert ended.payload("sideThreadDelete") == {"deletedId": made["id"], "userErrors": []}
    assert await read(desk.agent, made) is None


async def test_nobody_is_told_any_more_of_what_is_ended(desk: Desk) -> None:
    outside = await helper(desk)
    made = await begin(desk.admin, (await open_ticket(desk.customer))["id"], outside)
    await tell(desk)
    assert [each["kind"] for each in await notifications(outside)] == ["SIDE_SAID"]

    (await desk.admin.ask(DELETE, input={"id": made["id"]})).payload("sideThreadDelete")

    assert await notifications(outside) == []
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from notifications where thread_id is not null") == 0
