"""Sockets of the product itself: real tokens, real rights."""

import asyncio

from core.kit.context import acting_for
from core.kit.database import execute
from core.testing import Desk, Person
from tests.live.wires import Socket, Stream

WHO = "{ viewer { user { id } tenant { slug } } }"


def _socket(person: Person) -> Socket:
    return Socket(person.served.application)


async def test_a_person_works_over_a_socket_in_their_own_tenant(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        async with _socket(each.agent) as socket:
            await socket.opened(each.agent.token)
            socket.subscribe("q", WHO)
            data = (await socket.frame())["payload"]["data"]
            assert data == {"viewer": {"user": {"id": each.agent.id}, "tenant": {"slug": each.slug}}}


async def test_a_visitor_may_open_a_socket_and_reads_nothing(desk: Desk) -> None:
    async with Socket(desk.served.application) as socket:
        await socket.opened(token=None)
        socket.subscribe("q", "{ tickets(first: 1) { nodes { id } } }")
        answer = await socket.frame()
        assert answer["payload"]["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


async def test_sockets_close_when_their_access_ends(desk: Desk) -> None:
    """Revoked, expired, disabled, fewer rights, a narrower sight: each closes its own socket and no other."""
    people = {
        name: await desk.add("agent", name=name)
        for name in ("revoked", "expired", "disabled", "role", "kept")
    }
    sockets = {name: _socket(person) for name, person in people.items()}
    for name, socket in sockets.items():
        await socket.__aenter__()
        await socket.opened(people[name].token)

    with acting_for(desk.tenant_id):
        by_user = "where tenant_id = :tenant and user_id = :user"
        ends = {
            "revoked": f"update tokens set revoked_at = now() {by_user}",
            "expired": f"update tokens set expires_at = now() {by_user}",
            "disabled": "update users set status = 'DISABLED' where tenant_id = :tenant and id = :user",
            "role": f"delete from user_roles {by_user}",
        }
        for name, statement in ends.items():
            await execute(statement, {"tenant": desk.tenant_id, "user": people[name].key})

    closed = await asyncio.gather(*(sockets[name].closed() for name in ends))
    assert closed == [4403] * 4
    sockets["kept"].subscribe("q", WHO)
    assert (await sockets["kept"].frame())["payload"]["data"]["viewer"]["user"]["id"] == people["kept"].id
    for socket in sockets.values():
        await socket.__aexit__()


async def test_a_query_over_an_event_stream_is_one_event(desk: Desk) -> None:
    stream = Stream(
        desk.served.application, WHO, accept="text/event-stream",
        authorization=f"Bearer {desk.agent.token}",
    )  # fmt: skip
    async with stream:
        await stream.started()
        event = await stream.event()
        assert event is not None and desk.agent.id in event["data"]
