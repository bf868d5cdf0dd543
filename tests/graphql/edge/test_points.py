"""Points: what a caller and a tenant may spend in a minute."""

from datetime import UTC, datetime

import pytest

from core.graphql.limits import REFUSAL_COST, PointLimits, RateLimited, preparation_cost
from core.graphql.options import EdgeOptions
from tests.graphql.edge.client import Client
from tests.graphql.edge.schema import Person

QUERY = "{ tickets(first: 50) { nodes { id } } }"


def limits(clock: list[float], *, processes: int = 1) -> PointLimits:
    return PointLimits(
        points_per_minute=100,
        points_per_minute_tenant=150,
        max_cost=10,
        processes=processes,
        redis=None,
        clock=lambda: clock[0],
    )


async def test_a_charge_tells_what_is_left_and_until_when() -> None:
    allowance = await limits([90.0]).charge(Person(), 30)

    assert allowance.to_extension() == {
        "requested": 30,
        "limit": 100,
        "remaining": 70,
        "resetAt": "1970-01-01T00:02:00Z",
    }
    assert allowance.reset_at == datetime(1970, 1, 1, 0, 2, tzinfo=UTC)


async def test_what_does_not_fit_is_refused_and_takes_nothing() -> None:
    points = limits([90.0])
    await points.charge(Person(), 80)

    with pytest.raises(RateLimited) as raised:
        await points.charge(Person(), 21)

    assert raised.value.headers == {"Retry-After": "30"}
    assert raised.value.allowance.remaining == 20
    assert (await points.charge(Person(), 20)).remaining == 0


async def test_the_allowance_returns_with_the_next_minute() -> None:
    clock = [90.0]
    points = limits(clock)
    await points.charge(Person(), 100)

    clock[0] = 120.0

    assert (await points.charge(Person(), 1)).remaining == 99


async def test_callers_of_one_tenant_share_its_allowance() -> None:
    points = limits([0.0])
    await points.charge(Person(bucket_key="a"), 100)
    await points.charge(Person(bucket_key="b"), 50)

    with pytest.raises(RateLimited):
        await points.charge(Person(bucket_key="c"), 1)
    assert (await points.charge(Person(bucket_key="c", tenant_key="other"), 1)).remaining == 99


async def test_the_bucket_with_least_left_is_told() -> None:
    points = limits([0.0])
    await points.charge(Person(bucket_key="a"), 100)

    assert (await points.charge(Person(bucket_key="b"), 1)).to_extension()["limit"] == 150


async def test_processes_that_count_alone_get_a_share_each_but_room_for_one_operation() -> None:
    assert (await limits([0.0], processes=4).charge(Person(), 1)).limit == 25
    assert (await limits([0.0], processes=1000).charge(Person(), 1)).limit == 10


async def test_a_client_that_spent_everything_is_told_when_to_come_back() -> None:
    client = Client(EdgeOptions(points_per_minute=120, max_cost=50))
    spent = await client.ask(QUERY)

    refused = [await client.ask(QUERY), await client.ask(QUERY)][-1]

    assert spent.json["extensions"]["cost"]["remaining"] == 120 - 50 - preparation_cost(QUERY)
    assert (refused.status, refused.codes) == (429, ["RATE_LIMITED"])
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json["extensions"]["cost"]["remaining"] < 50


async def test_an_unknown_document_costs_its_preparation_once() -> None:
    client = Client(EdgeOptions(points_per_minute=10_000))

    first = (await client.ask(QUERY)).json["extensions"]["cost"]
    second = (await client.ask(QUERY)).json["extensions"]["cost"]

    assert first["requested"] == second["requested"] == 50
    assert first["remaining"] == 10_000 - preparation_cost(QUERY) - 50
    assert second["remaining"] == first["remaining"] - 50


@pytest.mark.parametrize("members", [{"documentId": "x"}, {"query": 1}])
async def test_a_refused_request_costs_points_too(members: dict[str, object]) -> None:
    cost = (await Client(EdgeOptions(points_per_minute=10_000)).post(members)).json["extensions"]["cost"]

    assert (cost["requested"], cost["remaining"]) == (REFUSAL_COST, 10_000 - REFUSAL_COST)


async def test_a_client_without_points_cannot_make_the_server_parse() -> None:
    client = Client(EdgeOptions(points_per_minute=50, max_cost=50))
    for _ in range(5):
        await client.ask("{")

    answer = await client.ask("{ hello }")

    assert answer.codes == ["RATE_LIMITED"]
    assert client.edge.admission.documents.cached == (0, 0)


async def test_resolvers_can_tell_the_allowance() -> None:
    answer = await Client().ask("{ rateLimit { cost remaining } }")

    cost = answer.json["extensions"]["cost"]
    assert answer.data == {"rateLimit": {"cost": cost["requested"], "remaining": cost["remaining"]}}
