"""A priority that gets another rank takes its tickets along."""

import pytest

from core.fields.events import PRIORITY_MOVED
from core.kit.context import acting_for
from core.kit.database import system_fetch
from core.kit.jobs import Claimed
from core.testing import Desk
from core.tickets.tasks import rerank
from tests.fields.shaping import open_ticket

UPDATE = "mutation($input: OptionUpdateInput!) { optionUpdate(input: $input) { userErrors { code } } }"
ORDERED = (
    """{ tickets(orderBy: [{field: PRIORITY, direction: DESC}]) { nodes { priority { key } version } } }"""
)


async def test_tickets_are_ordered_by_the_rank_their_priority_has_now(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.tickets.tasks.BATCH", 1)
    found = (await desk.admin.ask("{ options(filter: {list: {eq: PRIORITY}}) { nodes { id key } } }")).data
    keys = {node["key"]: node["id"] for node in found["options"]["nodes"]}
    for key in ("low", "urgent", "low"):
        (await open_ticket(desk.admin, priorityId=keys[key])).payload("ticketCreate")

    (await desk.admin.ask(UPDATE, input={"id": keys["low"], "position": 9})).payload("optionUpdate")
    rows = await system_fetch(
        "select id, payload->>'option_id' as option from jobs where tenant_id = :t and kind = :kind",
        {"t": desk.tenant_id, "kind": PRIORITY_MOVED},
    )
    assert [row["option"].replace("-", "") for row in rows] == [keys["low"].removeprefix("opt_")]
    job = Claimed(rows[0]["id"], desk.tenant_id, PRIORITY_MOVED, {"option_id": rows[0]["option"]}, 1)
    with acting_for(desk.tenant_id):
        await rerank(job)
        await rerank(job)

    nodes = (await desk.admin.ask(ORDERED)).data["tickets"]["nodes"]
    assert [(node["priority"]["key"], node["version"]) for node in nodes] == [
        ("low", 1),
        ("low", 1),
        ("urgent", 1),
    ]
