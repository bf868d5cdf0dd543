"""The field and the mutation, as a frontend asks for them."""

import pytest

from core.testing import Desk, FakeHttp

ASK = "{ tickets { nodes { title acme { parcels { number url } } } } }"
TRACK = """mutation($number: String!) { acmeTrack(input: {number: $number}) {
  state parcel { number } userErrors { code path message } } }"""
NUMBER = "RB123456785GB"


async def test_tickets_say_which_parcels_they_are_about(desk: Desk) -> None:
    await desk.enable("acme")
    await desk.open_ticket(f"Where is {NUMBER}?")
    await desk.open_ticket("A cup broke")

    answer = await desk.founder.ask(ASK)

    assert {each["title"]: each["acme"] for each in answer.data["tickets"]["nodes"]} == {
        f"Where is {NUMBER}?": {
            "parcels": [{"number": NUMBER, "url": f"https://track.acme.example/{NUMBER}"}]
        },
        "A cup broke": None,
    }


async def test_a_helpdesk_that_has_not_enabled_it_has_nothing_of_it(desk: Desk, other: Desk) -> None:
    await desk.enable("acme")
    await other.open_ticket(f"Where is {NUMBER}?")

    answer = await other.founder.ask(ASK)
    refused = await other.founder.ask(TRACK, number=NUMBER)

    assert [each["acme"] for each in answer.data["tickets"]["nodes"]] == [None]
    assert refused.refusals("acmeTrack") == [("CONFLICT", None)]


async def test_acme_says_where_a_parcel_is(desk: Desk, fake_http: FakeHttp) -> None:
    fake_http.answers("GET", f"https://track.acme.example/api/{NUMBER}", json={"state": "In Leeds"})
    await desk.enable("acme")

    answer = await desk.founder.ask(TRACK, number=NUMBER.lower())

    told = answer.payload("acmeTrack")
    assert (told["state"], told["parcel"]) == ("In Leeds", {"number": NUMBER})


async def test_a_customer_of_acme_asks_by_its_account(desk: Desk, other: Desk, fake_http: FakeHttp) -> None:
    fake_http.answers("GET", "https://api.acme.example/account", json={"name": "Northwind"})
    fake_http.answers("GET", f"https://api.acme.example/parcels/{NUMBER}", json={"state": "At the door"})
    fake_http.answers("GET", f"https://track.acme.example/api/{NUMBER}", json={"state": "On its way"})
    for each in (desk, other):
        await each.enable("acme")
    await desk.configure("acme", "account", {"address": "https://api.acme.example", "api_key": "k-1"})

    told = [
        (await each.founder.ask(TRACK, number=NUMBER)).payload("acmeTrack")["state"] for each in (desk, other)
    ]

    assert told == ["At the door", "On its way"]
    assert [each.headers.get("authorization") for each in fake_http.sent[1:]] == ["Bearer k-1", None]


@pytest.mark.parametrize("answered", [{"status": 404}, {"status": 500, "body": b"<html>"}, {"json": []}])
async def test_what_acme_cannot_say_is_told(
    desk: Desk, fake_http: FakeHttp, answered: dict[str, object]
) -> None:
    fake_http.answers("GET", "https://track.acme.example/*", **answered)  # type: ignore[arg-type]
    await desk.enable("acme")

    answer = await desk.founder.ask(TRACK, number=NUMBER)

    [refusal] = answer.refusals("acmeTrack")
    assert refusal == ("INVALID", ["number"] if answered == {"status": 404} else None)


async def test_what_is_no_number_asks_nobody(desk: Desk, fake_http: FakeHttp) -> None:
    await desk.enable("acme")

    answer = await desk.founder.ask(TRACK, number="RB123456784GB")

    assert answer.refusals("acmeTrack") == [("INVALID", ["number"])]
    assert fake_http.sent == []


async def test_rights_are_asked_for(desk: Desk, fake_http: FakeHttp) -> None:
    await desk.enable("acme")

    answers = [await person.ask(TRACK, number=NUMBER) for person in (desk.agent, desk.customer)]
    anonymous = await desk.served.ask(TRACK, {"number": NUMBER})

    assert [each.refusals("acmeTrack") for each in answers] == [[("FORBIDDEN", None)]] * 2
    assert anonymous.codes == ["UNAUTHENTICATED"]
    assert fake_http.sent == []
