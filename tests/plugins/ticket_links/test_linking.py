"""People link tickets to issues."""

import pytest

from core.kit.context import UserKind
from core.testing import Desk
from settings import Settings
from tests.extensions.making import enable
from tests.plugins.ticket_links.making import (
    LINKS,
    UNLINK,
    ask_for_link,
    connected,
    events,
    issue,
    linked,
    links,
    work,
)
from tests.tickets.making import open_ticket
from tests.webhooks.receiving import receiving

LONG = "https://tracker.example/" + "x" * 500
URL = "https://tracker.example/Acme/rockets/issues/12"


async def test_a_link_is_looked_up_and_told(desk: Desk, settings: Settings) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        made = await linked(desk, ticket)
        tracker.answers.append(issue("closed", "Rockets jam"))
        done = await work(desk, settings)

    assert (made["url"], made["state"], made["title"]) == (URL, "UNKNOWN", None)
    assert done == ["look"]
    assert tracker.received[-1].path == "/api/repos/acme/rockets/issues/12"
    [found] = await links(desk, ticket)
    assert (found["state"], found["title"]) == ("CLOSED", "Rockets jam")
    assert found["checkedAt"] is not None
    assert await events(desk) == [
        ("linked", {"url": [None, URL]}),
        ("state_changed", {"url": [URL, URL], "state": ["UNKNOWN", "CLOSED"]}),
    ]


async def test_linking_twice_is_linking_once(desk: Desk) -> None:
    await enable(desk.admin, "ticket_links")
    ticket = await open_ticket(desk.agent)

    first, again = [await linked(desk, ticket) for _ in range(2)]

    assert first == again
    assert len(await links(desk, ticket)) == 1
    assert [name for name, _ in await events(desk)] == ["linked"]


async def test_an_unlinked_issue_is_gone(desk: Desk) -> None:
    await enable(desk.admin, "ticket_links")
    ticket = await open_ticket(desk.agent)
    link = await linked(desk, ticket)

    gone = await desk.founder.ask(UNLINK, input={"id": link["id"]})
    again = await desk.founder.ask(UNLINK, input={"id": link["id"]})

    assert gone.payload("ticketLinksUnlink")["ticket"] == {"id": ticket["id"]}
    assert again.refusals("ticketLinksUnlink") == [("INVALID", ["id"])]
    assert await links(desk, ticket) == []
    assert [name for name, _ in await events(desk)] == ["linked", "unlinked"]


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://", "https://a:b@x.example/", "http://[", "x" * 600]
)
async def test_what_is_no_page_is_refused(desk: Desk, url: str) -> None:
    await enable(desk.admin, "ticket_links")
    ticket = await open_ticket(desk.agent)

    answer = await ask_for_link(desk, ticket, url)

    assert answer.refusals("ticketLinksLink") == [("INVALID", ["url"])]
    assert await links(desk, ticket) == []


async def test_a_page_with_longer_names_than_trackers_have_is_no_issue_of_theirs(desk: Desk) -> None:
    ticket = await open_ticket(desk.agent)
    async with receiving() as tracker:
        await connected(desk, tracker)
        answer = await ask_for_link(desk, ticket, f"https://tracker.example/{'x' * 250}/rockets/issues/12")

    assert answer.payload("ticketLinksLink")["link"]["state"] == "UNKNOWN"


async def test_a_ticket_that_one_does_not_see_is_none(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        await enable(each.admin, "ticket_links")
    theirs = await open_ticket(other.agent)

    answers = [await ask_for_link(desk, each, URL) for each in (theirs, {"id": "x"})]

    assert [each.refusals("ticketLinksLink") for each in answers] == [[("INVALID", ["ticketId"])]] * 2
    assert await links(other, theirs) == []


async def test_a_ticket_has_so_many_links(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("plugins.ticket_links.linking.MOST_LINKS", 1)
    await enable(desk.admin, "ticket_links")
    ticket = await open_ticket(desk.agent)
    await linked(desk, ticket, 1)

    answer = await ask_for_link(desk, ticket, URL)

    assert answer.refusals("ticketLinksLink") == [("INVALID", ["url"])]


async def test_links_are_for_staff(desk: Desk) -> None:
    await enable(desk.admin, "ticket_links")
    customer = await desk.add("buyer", UserKind.CUSTOMER)
    ticket = await open_ticket(customer)
    await linked(desk, ticket)

    seen = await customer.ask(LINKS, id=ticket["id"])

    assert seen.data == {"ticket": {"ticketLinks": None}}


async def test_another_tenants_links_are_none(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        await enable(each.admin, "ticket_links")
    link = await linked(desk, ticket := await open_ticket(desk.agent))

    answer = await other.founder.ask(UNLINK, input={"id": link["id"]})

    assert answer.refusals("ticketLinksUnlink") == [("INVALID", ["id"])]
    assert len(await links(desk, ticket)) == 1
