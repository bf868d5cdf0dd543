"""Opening tickets, through the API."""

import asyncio

import pytest

from core.testing import Desk

CREATE = """mutation($input: TicketCreateInput!) {
  ticketCreate(input: $input) {
    ticket { id number title version status { category } requester { id } messages { nodes { bodyText bodyHtml } } }
    userErrors { code path message }
  }
}"""


async def test_a_customer_opens_a_ticket_of_their_own(desk: Desk) -> None:
    answer = await desk.customer.ask(CREATE, input={"title": "打印机坏了", "body": "一直卡纸"})

    ticket = answer.payload("ticketCreate")["ticket"]
    assert (ticket["number"], ticket["title"], ticket["status"]["category"]) == ("1", "打印机坏了", "NEW")
    assert ticket["requester"]["id"] == desk.customer.id
    assert ticket["messages"]["nodes"] == [{"bodyText": "一直卡纸", "bodyHtml": "一直卡纸"}]


@pytest.mark.requirement("E15", "X8")
async def test_numbers_have_no_gaps_under_parallel_creation_and_refusals(desk: Desk) -> None:
    inputs = [{"title": "x" if place % 3 else "", "body": "y"} for place in range(30)]

    answers = await asyncio.gather(*(desk.agent.ask(CREATE, input=each) for each in inputs))

    opened = [each.data["ticketCreate"]["ticket"] for each in answers]
    numbers = sorted(int(ticket["number"]) for ticket in opened if ticket)
    assert numbers == list(range(1, 21))


async def test_another_tenant_does_not_see_the_ticket(desk: Desk, other: Desk) -> None:
    created = await desk.customer.ask(CREATE, input={"title": "secret", "body": "y"})
    ticket_id = created.payload("ticketCreate")["ticket"]["id"]

    answer = await other.founder.ask(
        "query($id: ID!) { node(id: $id) { id } ticket(id: $id) { id } }", id=ticket_id
    )

    assert answer.data == {"node": None, "ticket": None}


@pytest.mark.requirement("E12")
async def test_only_staff_claim_a_channel(desk: Desk) -> None:
    ask = "query { tickets { nodes { source } } }"
    for source in ("EMAIL", "PHONE", "SMS", "WECHAT", "WEIBO"):
        answer = await desk.customer.ask(CREATE, input={"title": "x", "body": "y", "source": source})
        assert answer.refusals("ticketCreate") == [("FORBIDDEN", ["source"])], source
    assert (await desk.admin.ask(ask)).data["tickets"]["nodes"] == []

    for source in ("API", "WEB", "CHAT"):
        given = {"title": source, "body": "y", "source": source}
        (await desk.customer.ask(CREATE, input=given)).payload("ticketCreate")
    by_phone = {"title": "called", "body": "y", "source": "PHONE", "requesterId": desk.customer.id}
    (await desk.agent.ask(CREATE, input=by_phone)).payload("ticketCreate")
    opened = (await desk.admin.ask(ask)).data["tickets"]["nodes"]
    assert sorted(each["source"] for each in opened) == ["API", "CHAT", "PHONE", "WEB"]


async def test_a_ticket_is_found_by_one_of_its_names(desk: Desk, other: Desk) -> None:
    created = await desk.agent.ask(CREATE, input={"title": "x", "body": "y", "externalId": "crm-7"})
    ticket = created.payload("ticketCreate")["ticket"]
    lookup = """query($id: ID, $number: String, $external: String) {
      ticket(id: $id, number: $number, externalId: $external) { id } }"""

    for given in ({"id": ticket["id"]}, {"number": "1"}, {"external": "crm-7"}):
        assert (await desk.agent.ask(lookup, **given)).data["ticket"] == {"id": ticket["id"]}, given
    for stranger in (desk.customer, other.founder):
        assert (await stranger.ask(lookup, external="crm-7")).data["ticket"] is None
    for given in ({}, {"id": ticket["id"], "number": "1"}, {"number": "1", "external": "crm-7"}):
        answer = await desk.agent.ask(lookup, **given)
        assert answer.codes == ["BAD_ARGUMENT"], given


async def test_an_empty_title_and_an_empty_body_are_told_together(desk: Desk) -> None:
    answer = await desk.customer.ask(CREATE, input={"title": " ", "body": ""})

    assert [path for _, path in answer.refusals("ticketCreate")] == [["title"], ["body"]]


async def test_all_that_is_wrong_is_told_at_once(desk: Desk) -> None:
    gone = "opt_" + "0" * 32
    answer = await desk.agent.ask(
        "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { userErrors { code path } } }",
        input={
            "title": " ", "body": "", "priorityId": gone, "groupId": "grp_" + "0" * 32, "externalId": " ",
            "ccIds": ["usr_" + "0" * 32], "customFields": [{"key": "nothing", "value": {"text": "x"}}],
        },
    )  # fmt: skip

    assert [path for _, path in answer.refusals("ticketCreate")] == [
        ["title"], ["body"], ["groupId"], ["priorityId"], ["externalId"], ["customFields", "0", "key"], ["ccIds", "0"],
    ]  # fmt: skip
