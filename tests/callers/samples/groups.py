"""Samples of the mutations of groups."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample

_CREATE = (
    "mutation($input: GroupCreateInput!) { groupCreate(input: $input) { group { id } userErrors { code } } }"
)
ADD = """mutation($input: GroupMemberAddInput!) { groupMemberAdd(input: $input) {
  membership { id } userErrors { code } } }"""


async def a_group(desk: Desk, name: str = "Tier 1") -> str:
    """A group on this desk."""
    answer = await desk.founder.ask(_CREATE, input={"name": name})
    return str(answer.payload("groupCreate")["group"]["id"])


async def _a_membership(desk: Desk) -> str:
    answer = await desk.founder.ask(ADD, input={"groupId": await a_group(desk), "userId": desk.leader.id})
    return str(answer.payload("groupMemberAdd")["membership"]["id"])


async def _create(desk: Desk) -> dict[str, Any]:
    return {"name": "Tier 2"}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": await a_group(desk), "name": "Tier 3"}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": await a_group(desk)}


async def _add(desk: Desk) -> dict[str, Any]:
    return {"groupId": await a_group(desk), "userId": desk.leader.id}


async def _change(desk: Desk) -> dict[str, Any]:
    return {"id": await _a_membership(desk), "isLeader": True}


async def _remove(desk: Desk) -> dict[str, Any]:
    return {"id": await _a_membership(desk)}


SAMPLES = {
    "groupCreate": Sample(make=_create, denied="agent"),
    "groupUpdate": Sample(make=_update, denied="agent"),
    "groupDelete": Sample(make=_delete, denied="agent"),
    "groupMemberAdd": Sample(make=_add, denied="agent"),
    "groupMemberUpdate": Sample(make=_change, denied="agent"),
    "groupMemberRemove": Sample(make=_remove, denied="agent"),
}
