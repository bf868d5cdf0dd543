"""The pool: customers saved for later, taken on by one agent, given back, and invalid at last."""

import asyncio
from typing import Any

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch_value, transaction
from core.testing import Answer, Desk, Person
from tests.exchange.bringing import brought, table
from tests.stream.writing import somebody_waits, until
from tests.tickets.making import RELEASE, SETTINGS, make_group

_RESOURCE = "resource { id state releaseCount user { name } owner { id } }"
SAVE = f"""mutation($input: ResourceCreateInput!) {{ resourceCreate(input: $input) {{
  {_RESOURCE} ticket {{ id number requester {{ name }} }} userErrors {{ code path message }} }} }}"""
CLAIM = f"""mutation($input: ResourceClaimInput!) {{ resourceClaim(input: $input) {{
  {_RESOURCE} ticket {{ id assignee {{ id }} requester {{ name }} }}
  userErrors {{ code path message ... on VersionConflictError {{ current {{ id }} }} }} }} }}"""
GIVE_BACK = f"""mutation($input: ResourceReleaseInput!) {{ resourceRelease(input: $input) {{
  {_RESOURCE} userErrors {{ code path message }} }} }}"""
LIST = "query($filter: ResourceFilter) { resources(filter: $filter) { nodes { state user { name } } } }"


async def save(desk: Desk, name: str = "Wang", **values: Any) -> Any:
    answer = await desk.agent.ask(SAVE, input={"customer": {"name": name}, **values})
    return answer.payload("resourceCreate")


async def claim(person: Person, key: str, **values: Any) -> Answer:
    return await person.ask(CLAIM, input={"id": key, **values})


async def give_back(person: Person, key: str) -> Answer:
    return await person.ask(GIVE_BACK, input={"id": key})


async def settings(desk: Desk, **values: Any) -> None:
    (await desk.founder.ask(SETTINGS, input=values)).payload("ticketSettingsUpdate")


@pytest.mark.requirement("D12")
@pytest.mark.requirement("D8")
@pytest.mark.requirement("M1")
async def test_a_resource_is_saved_before_a_ticket_or_with_one(desk: Desk) -> None:
    alone = await save(desk)
    both = await save(desk, "Li", ticket={"title": "Printer", "body": "It jams."})
    known = await desk.agent.ask(SAVE, input={"userId": desk.customer.id})
    again = await desk.agent.ask(SAVE, input={"userId": desk.customer.id})

    assert (alone["resource"]["state"], alone["resource"]["user"], alone["ticket"]) == (
        "POOLED", {"name": "Wang"}, None,
    )  # fmt: skip
    assert both["resource"]["user"] == {"name": "Li"}
    assert (both["ticket"]["number"], both["ticket"]["requester"]) == ("1", {"name": "Li"})
    one, two = (each.payload("resourceCreate")["resource"]["id"] for each in (known, again))
    assert one == two


@pytest.mark.requirement("D12")
@pytest.mark.requirement("M1")
async def test_claiming_opens_a_ticket_of_the_claimers_in_the_same_act(desk: Desk) -> None:
    group = await make_group(desk, "Desk", desk.agent)
    key = (await save(desk))["resource"]["id"]

    found = (await claim(
        desk.agent, key, ticket={"title": "Printer", "body": "b", "groupId": group}
    )).payload("resourceClaim")  # fmt: skip

    assert (found["resource"]["state"], found["resource"]["owner"]) == ("CLAIMED", {"id": desk.agent.id})
    assert found["ticket"]["assignee"] == {"id": desk.agent.id}
    assert found["ticket"]["requester"] == {"name": "Wang"}


@pytest.mark.requirement("D12")
async def test_of_two_who_claim_at_once_the_second_is_told_who_was_first(desk: Desk) -> None:
    key = (await save(desk))["resource"]["id"]

    answers = await asyncio.gather(claim(desk.agent, key), claim(desk.leader, key))

    refused = [each.data["resourceClaim"]["userErrors"] for each in answers]
    (told,) = [each[0] for each in refused if each]
    winner = "Agent" if not refused[0] else "Leader"
    assert (told["code"], told["path"], told["current"]) == ("CONFLICT", ["id"], {"id": key})
    assert told["message"] == f"{winner} has taken Wang on already; take somebody else on."
    mine = desk.agent if winner == "Agent" else desk.leader
    assert (await claim(mine, key)).payload("resourceClaim")["resource"]["owner"] == {"id": mine.id}


async def test_who_waited_for_the_first_is_told_their_name(desk: Desk) -> None:
    """What the second read before they waited says that nobody has the customer."""
    key = (await save(desk))["resource"]["id"]
    may_ask = asyncio.Event()

    async def second() -> Answer:
        await may_ask.wait()
        return await claim(desk.leader, key)

    answer = asyncio.create_task(second())  # before the transaction, which is not theirs
    with acting_for(desk.tenant_id):
        async with transaction():
            await execute("update resources set state = 'CLAIMED', owner_id = :me", {"me": desk.agent.key})
            may_ask.set()
            await until(somebody_waits)

    (told,) = (await answer).data["resourceClaim"]["userErrors"]
    assert told["message"] == "Agent has taken Wang on already; take somebody else on."


@pytest.mark.requirement("M3")
@pytest.mark.requirement("D14")
async def test_given_back_twice_by_hand_is_invalid(desk: Desk) -> None:
    await settings(desk, invalidAfterReleases=2)
    key = (await save(desk))["resource"]["id"]

    states = []
    for _ in range(2):
        await claim(desk.agent, key)
        states.append((await give_back(desk.agent, key)).payload("resourceRelease")["resource"])

    assert [(each["state"], each["releaseCount"]) for each in states] == [("POOLED", 1), ("INVALID", 2)]
    assert states[1]["owner"] is None
    refused = await claim(desk.agent, key)
    assert refused.refusals("resourceClaim") == [("CONFLICT", ["id"])]
    invalid = (await desk.agent.ask(LIST, filter={"state": {"eq": "INVALID"}})).data["resources"]["nodes"]
    assert invalid == [{"state": "INVALID", "user": {"name": "Wang"}}]


@pytest.mark.requirement("M3")
@pytest.mark.requirement("D14")
async def test_tickets_given_back_give_their_customer_back_and_count_once(desk: Desk) -> None:
    await settings(desk, invalidAfterReleases=2)
    group = await make_group(desk, "Desk", desk.agent)
    key = (await save(desk))["resource"]["id"]
    states = []

    for title in ("First", "Second"):
        given = {"title": title, "body": "b", "groupId": group}
        opened = (await claim(desk.agent, key, ticket=given)).payload("resourceClaim")
        busy = await give_back(desk.agent, key)
        assert busy.refusals("resourceRelease") == [("CONFLICT", ["id"])]
        (await desk.agent.ask(RELEASE, input={"id": opened["ticket"]["id"]})).payload("ticketRelease")
        with acting_for(desk.tenant_id):
            states.append(await fetch_value("select state || release_count from resources"))

    # Two tickets of one customer: each was given back once, the customer twice (D14).
    assert states == ["POOLED1", "INVALID2"]


@pytest.mark.requirement("D13")
async def test_whether_one_who_was_given_back_may_be_claimed_again_is_the_desks_to_say(desk: Desk) -> None:
    key = (await save(desk))["resource"]["id"]
    await claim(desk.agent, key)
    await give_back(desk.agent, key)
    await settings(desk, letsReclaim=False)

    refused = await claim(desk.leader, key)
    await settings(desk, letsReclaim=True)
    allowed = await claim(desk.leader, key)

    assert refused.refusals("resourceClaim") == [("CONFLICT", ["id"])]
    assert allowed.payload("resourceClaim")["resource"]["state"] == "CLAIMED"


@pytest.mark.requirement("D12")
@pytest.mark.requirement("J6")
async def test_imported_customers_are_saved_in_the_pool_with_tickets_where_asked(desk: Desk) -> None:
    data = table(["Name", "Ticket title"], ["Wang", "Printer"], ["Li", "Fax"])

    assert await brought(desk, data, kind="TICKETS", intoPool=True) == {"createdCount": 2, "ticketCount": 2}

    pooled = (await desk.agent.ask(LIST)).data["resources"]["nodes"]
    assert [(each["state"], each["user"]["name"]) for each in pooled] == [
        ("POOLED", "Wang"),
        ("POOLED", "Li"),
    ]


async def test_the_pool_is_for_staff_and_for_customers_of_this_desk(desk: Desk, other: Desk) -> None:
    key = (await save(desk))["resource"]["id"]
    theirs = await desk.founder.ask(SAVE, input={"userId": other.customer.id})
    staff = await desk.founder.ask(SAVE, input={"userId": desk.agent.id})
    bad = await desk.founder.ask(SAVE, input={"customer": {"name": "X", "email": "bad"}})
    half = await desk.founder.ask(
        SAVE, input={"customer": {"name": "Y"}, "ticket": {"title": "", "body": "b"}}
    )
    idle = await give_back(desk.leader, key)

    assert (await desk.customer.ask(LIST)).data["resources"]["nodes"] == []
    assert (await claim(other.founder, key)).refusals("resourceClaim") == [("NOT_FOUND", ["id"])]
    assert theirs.refusals("resourceCreate") == [("NOT_FOUND", ["userId"])]
    assert staff.refusals("resourceCreate") == [("CONFLICT", ["userId"])]
    assert bad.refusals("resourceCreate") == [("INVALID", ["customer", "email"])]
    assert half.refusals("resourceCreate") == [("REQUIRED", ["ticket", "title"])]
    assert idle.refusals("resourceRelease") == [("CONFLICT", ["id"])]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from resources") == 1
        assert await fetch_value("select count(*) from users where name in ('X', 'Y')") == 0


async def test_whoever_took_one_of_two_who_are_merged_keeps_them(desk: Desk) -> None:
    taken, free = [(await save(desk, name))["resource"]["id"] for name in ("Wang", "Wang Wei")]
    (await claim(desk.agent, taken)).payload("resourceClaim")
    people = "{ resources { nodes { id user { id } } } }"
    users = {
        each["id"]: each["user"]["id"] for each in (await desk.admin.ask(people)).data["resources"]["nodes"]
    }
    merge = """mutation($input: CustomerMergeInput!) { customerMerge(input: $input) {
      user { id } userErrors { code path } } }"""

    (await desk.admin.ask(merge, input={"id": users[taken], "intoId": users[free]})).payload("customerMerge")

    kept = "{ resources { nodes { id state owner { id } } } }"
    (one,) = (await desk.admin.ask(kept)).data["resources"]["nodes"]
    assert one == {"id": free, "state": "CLAIMED", "owner": {"id": desk.agent.id}}
