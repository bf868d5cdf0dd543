"""An organisation, or the group it sends its tickets to, is deleted while somebody comes to need it: one of the two is
refused, and nothing dangles."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from core.customers.service import delete_organization
from core.groups.service import delete_group
from core.kit.context import acting_for
from core.kit.database import transaction
from core.kit.ids import key_of
from core.operating import operator_context
from core.testing import Answer, Desk
from tests.customers.test_organizations import CREATE, GROUP, make

USER = """mutation($input: UserCreateInput!) { userCreate(input: $input) {
  user { organization { id } } userErrors { code path } } }"""


async def _while_it_is_deleted(
    desk: Desk, delete: Any, key: UUID, act: Callable[[], Awaitable[Answer]]
) -> Answer:
    deleted = asyncio.Event()

    async def deleting() -> None:
        with acting_for(desk.tenant_id):
            async with transaction():
                await delete(operator_context(desk.tenant_id), key)
                deleted.set()
                await asyncio.sleep(0.3)

    task = asyncio.create_task(deleting())
    await deleted.wait()
    answer = await act()
    await task
    return answer


def _key(global_id: str, prefix: str) -> UUID:
    key = key_of(global_id, prefix)
    assert key is not None
    return key


@pytest.mark.parametrize("by_domain", [False, True])
async def test_somebody_joins_an_organisation_that_is_deleted_meanwhile(desk: Desk, by_domain: bool) -> None:
    organization = await make(desk, name="Contoso", domains=["contoso.example"])
    named = {"email": "li@contoso.example"} if by_domain else {"organizationId": organization["id"]}

    answer = await _while_it_is_deleted(
        desk, delete_organization, _key(organization["id"], "org"),
        lambda: desk.admin.ask(USER, input={"kind": "CUSTOMER", "name": "Li", **named}),
    )  # fmt: skip

    if by_domain:
        assert answer.payload("userCreate")["user"] == {"organization": None}
    else:
        assert answer.refusals("userCreate") == [("NOT_FOUND", ["organizationId"])]


async def test_an_organisation_takes_a_default_group_that_is_deleted_meanwhile(desk: Desk) -> None:
    group = (await desk.admin.ask(GROUP, input={"name": "Tier 2"})).payload("groupCreate")["group"]["id"]

    answer = await _while_it_is_deleted(
        desk, delete_group, _key(group, "grp"),
        lambda: desk.admin.ask(CREATE, input={"name": "Contoso", "defaultGroupId": group}),
    )  # fmt: skip

    assert answer.refusals("organizationCreate") == [("NOT_FOUND", ["defaultGroupId"])]
