"""Nobody finds what they do not see, and nobody is found by what the searcher may not read."""

from dataclasses import replace

import pytest

from core.identity.queries import viewers_of
from core.kit.context import UserKind, acting_for
from core.kit.database import execute
from core.kit.ids import key_of
from core.search.asking import read_query
from core.search.queries import search
from core.search.subjects import TICKET
from core.testing import Desk
from tests.search.finding import SEARCH, filtered, found, index
from tests.tickets.making import DELETE, make_group, open_ticket, reply


@pytest.fixture(params=["rare", "frequent"], autouse=True)
def frequency(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether so few things match that they are looked up, or so many that they are met."""
    if request.param == "frequent":
        monkeypatch.setattr("core.search.queries.MANY", 0)
        monkeypatch.setattr("core.search.graphql.filters.MANY", 0)
    return str(request.param)


@pytest.mark.usefixtures("way")
async def test_customers_find_their_own(desk: Desk) -> None:
    rival = await desk.add("rival", UserKind.CUSTOMER)
    await open_ticket(desk.customer, title="orchid mine", body="orchid mine said")
    await open_ticket(rival, title="orchid theirs", body="orchid theirs said")
    await index(desk)

    assert await found(desk.customer, "orchid") == ["orchid mine", "orchid mine said"]
    assert await found(rival, "orchid") == ["orchid theirs", "orchid theirs said"]
    assert await found(desk.admin, "orchid", types=["TICKET"]) == ["orchid theirs", "orchid mine"]
    assert await filtered(desk.customer, "orchid") == {"orchid mine"}


@pytest.mark.usefixtures("way")
async def test_private_notes_are_found_by_who_may_read_them(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="plain", body="plain")
    await reply(desk.admin, ticket, "the orchid note", visibility="PRIVATE")
    await index(desk)

    assert await found(desk.admin, "orchid") == ["the orchid note"]
    assert await filtered(desk.admin, "orchid") == {"plain"}
    assert await found(desk.customer, "orchid") == []
    assert await filtered(desk.customer, "orchid") == set()


async def test_agents_find_what_their_groups_have(desk: Desk) -> None:
    group = await make_group(desk, "Support", desk.agent)
    elsewhere = await make_group(desk, "Sales", desk.leader)
    roleless = await desk.add("nobody")
    await open_ticket(desk.admin, title="orchid in", groupId=group, requesterId=desk.customer.id)
    await open_ticket(desk.admin, title="orchid out", groupId=elsewhere, requesterId=desk.customer.id)
    await index(desk)

    assert await found(desk.agent, "orchid", types=["TICKET"]) == ["orchid in"]
    assert await found(roleless, "orchid", types=["TICKET"]) == []


@pytest.mark.usefixtures("way")
async def test_a_filter_by_text_goes_with_others(desk: Desk) -> None:
    for title, body in (("orchid", "white"), ("rose", "a white orchid"), ("tulip", "white")):
        await open_ticket(desk.customer, title=title, body=body)
    await index(desk)
    query = """query($wanted: String!, $other: String!) {
      both: tickets(filter: {text: $wanted, not: {text: $other}}) { nodes { title } }
      either: tickets(filter: {or: [{text: $other}, {title: {eq: "tulip"}}]}) {
        nodes { title } totalCount { value exact } } }"""

    for person in (desk.admin, desk.customer):
        answer = (await person.ask(query, wanted="orchid", other="rose")).data
        assert [each["title"] for each in answer["both"]["nodes"]] == ["orchid"]
        assert {each["title"] for each in answer["either"]["nodes"]} == {"rose", "tulip"}
        assert answer["either"]["totalCount"] == {"value": 2, "exact": True}


async def test_another_desk_finds_nothing(desk: Desk, other: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="orchid", body="orchid")
    await desk.add("orchid", UserKind.CUSTOMER, name="orchid")
    await index(desk)
    await index(other)

    assert await found(other.founder, "orchid") == []
    assert await filtered(other.founder, "orchid") == set()
    assert await found(desk.founder, f"#{ticket['number']}", types=["TICKET"]) == ["orchid"]
    assert await found(other.founder, f"#{ticket['number']}", types=["TICKET"]) == []


async def test_words_of_two_tenants_that_share_a_tag_stay_apart(desk: Desk, other: Desk) -> None:
    """The tag keeps an index quick; what keeps tenants apart is asked besides."""
    ticket = await open_ticket(other.customer, title="orchid", body="orchid")
    await index(other)
    words = f"'{'0' * 4}orchid':1A"
    with acting_for(other.tenant_id):
        await execute(
            "update ticket_words set words = :words::tsvector where id = :id",
            {"words": words, "id": key_of(ticket["id"], "tkt")},
        )
    asked = replace(read_query("orchid", desk.tenant_id), tag="0000")
    for each, hits in ((other, 1), (desk, 0)):
        with acting_for(each.tenant_id):
            (viewer,) = await viewers_of([each.founder.key])
            assert len(await search(viewer, asked, [TICKET], beyond=None, backward=False, limit=5)) == hits


async def test_nobody_is_found_by_an_address_that_is_not_theirs_to_read(desk: Desk) -> None:
    await desk.add("agent", name="Orchid", email="hidden@secret.example", mobile="+8613800138000")
    await index(desk)

    assert await found(desk.customer, "orchid", types=["USER"]) == ["Orchid"]
    for query in ("hidden", "secret.example", "13800138000"):
        assert await found(desk.customer, query, types=["USER"]) == []
        assert await found(desk.admin, query, types=["USER"]) == ["Orchid"]


async def test_tickets_that_are_not_worked_on_are_no_hits(desk: Desk) -> None:
    ticket = await open_ticket(desk.customer, title="orchid", body="orchid")
    await index(desk)
    (await desk.founder.ask(DELETE, input={"id": ticket["id"]})).payload("ticketDelete")
    await index(desk)

    assert await found(desk.founder, "orchid") == []
    assert await found(desk.founder, ticket["number"], types=["TICKET"]) == []


async def test_the_anonymous_are_asked_to_sign_in(desk: Desk) -> None:
    for query in ("orchid", ""):
        assert (await desk.served.ask(SEARCH, {"text": query})).codes == ["UNAUTHENTICATED"]
