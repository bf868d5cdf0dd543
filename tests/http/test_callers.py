"""Whom points of callers without a token are counted for."""

from httpx2 import ASGITransport, AsyncClient

from core.testing import Desk


async def _cost(desk: Desk, address: str) -> dict[str, object]:
    served = desk.served.http._transport
    assert isinstance(served, ASGITransport)
    transport = ASGITransport(app=served.app, client=(address, 50_000))
    async with AsyncClient(transport=transport, base_url="http://nobody.localhost") as http:
        answer = (await http.post("/graphql", json={"query": "{ rateLimit { limit } }"})).json()
    cost: dict[str, object] = answer["extensions"]["cost"]
    return cost


async def test_the_addresses_of_one_ipv6_household_spend_together(desk: Desk) -> None:
    first = second = other = await _cost(desk, "2001:db8::1")
    for _ in range(2):  # a second time where a minute ended in between
        first, second, other = [
            await _cost(desk, each) for each in ("2001:db8:7::1", "2001:db8:7::ffff:1", "2001:db8:7:1::1")
        ]
        if first["resetAt"] == other["resetAt"]:
            break

    assert second["remaining"] == int(str(first["remaining"])) - int(str(second["requested"]))
    assert other["remaining"] == first["remaining"]
