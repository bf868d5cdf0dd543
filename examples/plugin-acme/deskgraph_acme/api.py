"""What the plugin adds to the API."""

import json
from collections.abc import Sequence

import strawberry

from core.sdk import HttpAnswer, Rejected
from core.sdk.graphql import Caller, GraphQLExtension, Parent, Payload, TypeField, mutation
from deskgraph_acme.account import Account
from deskgraph_acme.parcels import PUBLIC, address_of, parcels_in


@strawberry.type(description="A parcel of Acme's.")
class AcmeParcel:
    number: str = strawberry.field(description="As Acme writes it.")
    url: str = strawberry.field(description="Where people can follow it.")


@strawberry.type(description="What a ticket says of Acme.")
class AcmeTicket:
    parcels: list[AcmeParcel] = strawberry.field(description="Those that the title names, in order.")


@strawberry.input(description="The parcel to ask for.")
class AcmeTrackInput:
    number: str = strawberry.field(description="Its number.")


@strawberry.type(description="What `acmeTrack` answers.")
class AcmeTrackPayload(Payload):
    parcel: AcmeParcel | None = strawberry.field(default=None, description="The parcel.")
    state: str | None = strawberry.field(default=None, description="Where it is, in Acme's words.")


async def about_tickets(_caller: Caller, tickets: Sequence[Parent]) -> list[AcmeTicket | None]:
    found = [[_parcel(number) for number in parcels_in(each.values["title"])] for each in tickets]
    return [AcmeTicket(parcels=parcels) if parcels else None for parcels in found]


@mutation("Ask Acme where a parcel is. Needs `acme.track`.", permission="acme.track")
async def acme_track(caller: Caller, input: AcmeTrackInput) -> AcmeTrackPayload:
    numbers = parcels_in(input.number)
    if len(numbers) != 1:
        raise Rejected("this is no number of a parcel", field="number")
    answer = await _asked(caller, numbers[0])
    if answer.status == 404:
        raise Rejected("Acme knows no such parcel", field="number")
    return AcmeTrackPayload.of(parcel=_parcel(numbers[0]), state=_state(answer.status, answer.body))


async def _asked(caller: Caller, number: str) -> HttpAnswer:
    """By the helpdesk's account, where it has connected one; else as anybody may ask."""
    accounts = await caller.integrations(Account)
    if accounts:
        return await accounts[0].integration.parcel(number)
    return await caller.http.request("GET", f"{PUBLIC}/api/{number}")


def _state(status: int, body: bytes) -> str:
    try:
        return str(json.loads(body)["state"])
    except (ValueError, TypeError, KeyError):
        raise Rejected(f"Acme answers {status} and nothing that can be read; try again later") from None


def _parcel(number: str) -> AcmeParcel:
    return AcmeParcel(number=number, url=address_of(number))


EXTENSION = GraphQLExtension(
    fields={
        "Ticket": TypeField(AcmeTicket, about_tickets, "What it says of Acme's parcels.", needs=["title"])
    },
    mutations=[acme_track],
)
