"""Who bears a token, kept until something changes that decides it: nothing is ever stale."""

import asyncio
from typing import Any

import pytest

from core.http import bearers
from core.http.bearers import Bearers
from core.identity.queries import find_bearer, find_bearers
from core.identity.tokens import hash_of
from core.kit.context import UserKind, Viewer
from core.kit.database import execute, fetch_value, is_unavailable
from core.kit.database.connect import Reach
from core.kit.ids import key_of, new_id
from core.testing import Desk, Person


async def viewer_of(person: Person) -> Viewer:
    assert person.token is not None
    found = await find_bearer(hash_of(person.token), await fetch_value("select now()", reach=Reach.SYSTEM))
    assert found is not None
    return found.viewer


async def change(desk: Desk, statement: str, **values: object) -> int:
    return await execute(statement, {"tenant": desk.tenant_id, **values}, reach=Reach.SYSTEM)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many tokens were read, each time."""
    read, find = list[int](), find_bearers

    async def counted(token_ids: Any, now: Any) -> Any:
        read.append(len(token_ids))
        return await find(token_ids, now)

    monkeypatch.setattr(bearers, "find_bearers", counted)
    return read


async def test_what_has_not_changed_is_not_read_again(desk: Desk, other: Desk, reads: list[int]) -> None:
    viewer, asked = await viewer_of(desk.founder), Bearers()
    (first,) = (await asked.now([viewer])).values()
    assert reads == [1]
    # Who comes changes nobody's rights but their own, and other tenants have their own.
    await desk.add("somebody", UserKind.CUSTOMER)
    assert await change(desk, "update tokens set last_used_at = now() where tenant_id = :tenant")
    assert await change(other, "update roles set permissions = '[]' where tenant_id = :tenant")

    (again,) = (await asked.now([first])).values()

    assert again is first
    assert again == viewer
    assert reads == [1]


async def test_the_longest_unused_goes_first(
    desk: Desk, reads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bearers, "MOST_KEPT", 2)
    founder, admin, agent = [await viewer_of(each) for each in (desk.founder, desk.admin, desk.agent)]
    asked = Bearers()
    for viewer in (founder, admin, founder, agent):
        await asked.now([viewer])
    assert reads == [1, 1, 1]

    await asked.now([founder])
    assert reads == [1, 1, 1]
    await asked.now([admin])
    assert reads == [1, 1, 1, 1]


async def test_nothing_is_kept_of_a_token_that_is_over(desk: Desk) -> None:
    viewer, asked = await viewer_of(desk.admin), Bearers()
    await asked.now([viewer])
    assert await change(desk, ENDS["revoked"], user=viewer.user_id)
    await asked.now([viewer])

    assert asked._kept == {}


CHANGES = {
    "a permission is taken away": "update roles set permissions = '[]' where tenant_id = :tenant",
    "a scope is cut": "update roles set ticket_scope = 'OWN' where tenant_id = :tenant",
    "a role is taken away": "delete from user_roles where tenant_id = :tenant and user_id = :user",
    "a token's scopes are cut": "update tokens set scopes = '[]' where tenant_id = :tenant and user_id = :user",
    "another kind of user": "update users set kind = 'CUSTOMER' where tenant_id = :tenant and id = :user",
    "another language": "update users set locale = 'zh-Hans' where tenant_id = :tenant and id = :user",
    "another time zone for all": "update tenants set time_zone = 'Asia/Shanghai' where id = :tenant",
}
ENDS = {
    "revoked": "update tokens set revoked_at = now() where tenant_id = :tenant and user_id = :user",
    "expired": "update tokens set expires_at = now() where tenant_id = :tenant and user_id = :user",
    "deleted": "delete from tokens where tenant_id = :tenant and user_id = :user",
    "disabled": "update users set status = 'DISABLED' where tenant_id = :tenant and id = :user",
    "suspended": "update tenants set status = 'suspended' where id = :tenant",
}


@pytest.mark.parametrize("statement", CHANGES.values(), ids=CHANGES.keys())
async def test_a_change_of_rights_is_seen_by_the_next_look(desk: Desk, statement: str) -> None:
    person, asked = await desk.add("admin"), Bearers()
    viewer = await viewer_of(person)
    assert list((await asked.now([viewer])).values()) == [viewer]
    values = {"user": viewer.user_id} if ":user" in statement else {}
    assert await change(desk, statement, **values)

    (now,) = (await asked.now([viewer])).values()
    assert now != viewer
    assert now == await viewer_of(person)


async def test_who_founds_no_longer_has_no_more_than_their_roles(desk: Desk) -> None:
    asked, founder = Bearers(), await viewer_of(desk.founder)
    await asked.now([founder])
    assert await change(desk, "update users set is_founder = false where tenant_id = :tenant and is_founder")

    (now,) = (await asked.now([founder])).values()
    assert (now.is_founder, now == await viewer_of(desk.founder)) == (False, True)


async def test_who_acts_for_another_loses_what_they_lose_themselves(desk: Desk) -> None:
    asked, agent = Bearers(), await viewer_of(desk.agent)
    assert await change(
        desk, "update tokens set impersonator_id = :admin, kind = 'IMPERSONATION' where user_id = :agent"
        " and tenant_id = :tenant",
        admin=desk.admin.key, agent=agent.user_id,
    )  # fmt: skip
    (acting,) = (await asked.now([agent])).values()
    assert acting.impersonator_id == desk.admin.key
    assert await change(
        desk, "delete from user_roles where tenant_id = :tenant and user_id = :admin", admin=desk.admin.key
    )

    assert await asked.now([acting]) == {}


async def test_a_new_group_is_seen_by_the_next_look(desk: Desk) -> None:
    person, asked = await desk.add("admin"), Bearers()
    viewer = await viewer_of(person)
    await asked.now([viewer])
    made = await desk.founder.ask(
        'mutation { groupCreate(input: {name: "Tier 2"}) { group { id } userErrors { code } } }'
    )
    group = key_of(made.payload("groupCreate")["group"]["id"], "grp")
    joined = await change(
        desk,
        "insert into memberships (id, tenant_id, created_at, group_id, user_id, is_leader, is_preferred)"
        " values (:id, :tenant, now(), :group, :user, false, false)",
        id=new_id(), group=group, user=viewer.user_id,
    )  # fmt: skip

    assert joined == 1
    assert [each.group_ids for each in (await asked.now([viewer])).values()] == [(group,)]


@pytest.mark.parametrize("statement", ENDS.values(), ids=ENDS.keys())
async def test_a_token_that_is_over_is_found_by_the_next_look(desk: Desk, statement: str) -> None:
    person, asked = await desk.add("admin"), Bearers()
    viewer = await viewer_of(person)
    assert list((await asked.now([viewer])).values()) == [viewer]
    values = {"user": viewer.user_id} if ":user" in statement else {}
    assert await change(desk, statement, **values)

    assert await asked.now([viewer]) == {}


async def test_what_changes_while_one_looks_is_seen_by_the_next_look(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Versions are read before what they are of."""
    viewer, asked, find = await viewer_of(desk.admin), Bearers(), find_bearers

    async def overtaken(token_ids: Any, now: Any) -> Any:
        found = await find(token_ids, now)
        await change(desk, ENDS["revoked"], user=viewer.user_id)
        return found

    with monkeypatch.context() as patched:
        patched.setattr(bearers, "find_bearers", overtaken)
        assert list((await asked.now([viewer])).values()) == [viewer]

    assert await asked.now([viewer]) == {}


async def test_a_token_that_was_kept_expires(desk: Desk) -> None:
    """Time changes no version."""
    person, asked = await desk.add("admin"), Bearers()
    viewer = await viewer_of(person)
    statement = (
        "update tokens set expires_at = clock_timestamp() + interval '1.5 seconds'"
        " where tenant_id = :tenant and user_id = :user"
    )
    await change(desk, statement, user=viewer.user_id)
    assert list((await asked.now([viewer])).values()) == [viewer]

    await asyncio.sleep(1.6)

    assert await asked.now([viewer]) == {}


async def test_who_comes_again_is_not_read_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, found = Bearers(), list[str]()

    async def counted(hashed: str, now: Any) -> Any:
        found.append(hashed)
        return await find_bearer(hashed, now)

    monkeypatch.setattr(bearers, "find_bearer", counted)
    secret = desk.admin.token
    assert secret is not None

    first, again = await asked.bearing(secret), await asked.bearing(secret)

    assert first is not None
    assert first.user_id == desk.admin.key
    assert again is first
    assert found == [hash_of(secret)]


@pytest.mark.parametrize("statement", ENDS.values(), ids=ENDS.keys())
async def test_who_comes_with_a_token_that_is_over_is_nobody(desk: Desk, statement: str) -> None:
    person, asked = await desk.add("admin"), Bearers()
    assert person.token is not None
    viewer = await asked.bearing(person.token)
    assert viewer is not None
    assert await change(desk, statement, **({"user": viewer.user_id} if ":user" in statement else {}))

    assert await asked.bearing(person.token) is None
    assert await asked.bearing(person.token) is None
    assert asked._by_hash == {}


async def test_a_stranger_is_nobody_and_is_not_kept(desk: Desk) -> None:
    asked = Bearers()

    assert await asked.bearing("dgt_no_such_token") is None
    assert (asked._kept, asked._by_hash) == ({}, {})


async def test_a_database_that_does_not_answer_is_unavailable(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = Bearers()
    assert desk.admin.token is not None
    await asked.bearing(desk.admin.token)

    async def hanging(_tenant_ids: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(bearers, "rights_versions", hanging)
    monkeypatch.setattr(bearers, "_LONGEST_SECONDS", 0.05)

    with pytest.raises(ConnectionError) as raised:
        await asked.bearing(desk.admin.token)
    assert is_unavailable(raised.value)
