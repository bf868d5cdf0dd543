"""Samples of the mutations of side threads."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.callers.samples.tickets import a_ticket
from tests.sides.making import begin


async def _create(desk: Desk) -> dict[str, Any]:
    return {
        "ticketId": await a_ticket(desk), "name": "Who pays?", "memberIds": [desk.agent.id], "body": "Warranty?",
    }  # fmt: skip


async def _id(desk: Desk) -> dict[str, Any]:
    return {"id": (await begin(desk.admin, await a_ticket(desk), desk.agent))["id"]}


async def _reply(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "body": "Yes."}


async def _add(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "userId": desk.leader.id}


async def _remove(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "userId": desk.agent.id}


async def _rename(desk: Desk) -> dict[str, Any]:
    return {**await _id(desk), "name": "Who pays now?"}


SAMPLES = {
    "sideThreadCreate": Sample(make=_create),
    "sideThreadReply": Sample(make=_reply),
    "sideThreadUpdate": Sample(make=_rename),
    "sideThreadDelete": Sample(make=_id),
    "sideThreadMemberAdd": Sample(make=_add),
    "sideThreadMemberRemove": Sample(make=_remove),
}
