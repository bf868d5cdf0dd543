"""Who comes again is presumed to be who they were, until the first connection for their tenant has asked: no answer is
ever of rights that are over."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest

from core.graphql.execution import Execution
from core.http import bearers
from core.http.bearers import Bearers
from core.kit.context import acting_for
from core.kit.database import NoLongerHolds, Presumption, fetch_value, presuming, transaction
from core.kit.database.connect import Reach
from core.testing import Answer, Desk
from tests.http.test_bearers import CHANGES, ENDS, change
from tests.tickets.making import open_ticket

READS = "{ tickets { nodes { title } } users { nodes { name } } }"
ASKS_NOTHING = "{ viewer { permissions } }"
REFUSED = "{ nothing }"
WRITES = """mutation { userUpdate(input: {id: "usr_1", name: "N"}) { user { name } userErrors { code } } }"""
SIGNS_IN = """mutation { signIn(input: {email: "a@b.example", password: "wrong"}) { userErrors { code } } }"""
WAITS = """mutation { pluginInstanceUpdate(input: {id: "pin_1"}) { userErrors { code } } }"""
SPREADS = WRITES.replace("userUpdate", "... { userUpdate").replace("code } }", "code } } }")
WRITES_TWICE = """mutation {
  a: groupCreate(input: {name: "A"}) { userErrors { code } }
  b: groupCreate(input: {name: "B"}) { userErrors { code } } }"""
TOLD = {about: statement for about, statement in CHANGES.items() if "time zone" not in about}
"""Changes that an answer to `viewer` shows."""
KINDS = {
    "reads": READS, "asks nothing": ASKS_NOTHING, "refused": REFUSED, "writes": WRITES, "writes twice": WRITES_TWICE,
}  # fmt: skip


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every look by itself at who bears a token."""
    made = list[str]()
    for name in ("rights_versions", "find_bearer", "find_bearers"):
        monkeypatch.setattr(bearers, name, _noting(getattr(bearers, name), name, made))
    yield made


def _noting(find: Any, name: str, made: list[str]) -> Any:
    async def noting(*values: Any) -> Any:
        made.append(name)
        return await find(*values)

    return noting


async def test_what_reads_has_it_asked_with_its_first_connection(desk: Desk, looks: list[str]) -> None:
    await open_ticket(desk.customer)
    person = await desk.add("admin")
    looks.clear()
    first = await person.ask(READS)
    assert looks == ["find_bearer"]

    again = await person.ask(READS)

    assert again.data == first.data
    assert looks == ["find_bearer"]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (ASKS_NOTHING, ["rights_versions"]),
        (REFUSED, ["rights_versions"]),
        (WRITES, []),
        (WRITES.replace("userUpdate", "a: userUpdate"), []),
        (SIGNS_IN, ["rights_versions"]),
        (WAITS, ["rights_versions"]),
        (SPREADS, ["rights_versions"]),
    ],
    ids=["asks nothing", "refused", "writes", "by another name", "signs in", "waits", "spreads"],
)
async def test_what_begins_with_no_connection_for_the_tenant_is_looked_up(
    desk: Desk, looks: list[str], document: str, found: list[str]
) -> None:
    await desk.admin.ask(READS)
    looks.clear()

    await desk.admin.ask(document)

    assert looks == found


@pytest.mark.parametrize("document", KINDS.values(), ids=KINDS.keys())
@pytest.mark.parametrize("statement", ENDS.values(), ids=ENDS.keys())
async def test_who_is_nobody_any_more_is_told_so_at_once(desk: Desk, statement: str, document: str) -> None:
    person = await desk.add("admin")
    await person.ask(READS)
    await change(desk, statement, **({"user": person.key} if ":user" in statement else {}))

    assert (await person.ask(document)).codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("statement", TOLD.values(), ids=TOLD.keys())
async def test_whose_rights_are_others_is_answered_by_these_at_once(
    desk: Desk, statement: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await open_ticket(desk.customer)
    person = await desk.add("admin")
    asked = "{ viewer { permissions locale ticketScope } tickets { nodes { title } } }"
    before = await person.ask(asked)
    await change(desk, statement, **({"user": person.key} if ":user" in statement else {}))

    now = await person.ask(asked)

    with monkeypatch.context() as patched:
        patched.setattr(Bearers, "presumed", lambda _self, _secret: None)
        looked_up = await person.ask(asked)
    assert _said(now) == _said(looked_up)
    assert _said(now) != _said(before)


@pytest.mark.parametrize(
    ("document", "sure"),
    [(READS, False), (WRITES, False), (SIGNS_IN, True), (WAITS, True), (SPREADS, True)],
    ids=["reads", "writes", "signs in", "waits", "spreads"],
)
async def test_what_asks_nothing_first_runs_for_who_is_known(
    desk: Desk, document: str, sure: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await desk.admin.ask(READS)
    ran, outcome = list[bool](), Execution.outcome

    async def noting(self: Execution, admitted: Any, caller: Any, *others: Any) -> Any:
        ran.append(caller.is_sure)
        return await outcome(self, admitted, caller, *others)

    monkeypatch.setattr(Execution, "outcome", noting)
    await desk.admin.ask(document)

    assert ran == [sure]


@pytest.mark.parametrize("about", ["a permission is taken away", "a role is taken away"])
async def test_what_writes_does_so_by_the_rights_of_now(desk: Desk, about: str) -> None:
    person = await desk.add("admin")
    assert (await person.ask(WRITES_TWICE.replace('"A"', '"C"').replace('"B"', '"D"'))).body["data"]
    statement = CHANGES[about]
    await change(desk, statement, **({"user": person.key} if ":user" in statement else {}))

    answer = (await person.ask(WRITES_TWICE)).data

    assert [answer[each]["userErrors"][0]["code"] for each in "ab"] == ["FORBIDDEN", "FORBIDDEN"]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from groups where name in ('A', 'B')") == 0
        assert await fetch_value("select count(*) from groups where name in ('C', 'D')") == 2


async def test_what_writes_begins_anew_once_where_something_changed(desk: Desk, looks: list[str]) -> None:
    person = await desk.add("admin")
    await person.ask(READS)
    await change(desk, CHANGES["another language"], user=person.key)
    looks.clear()

    answer = (await person.ask(WRITES_TWICE)).data

    assert answer == {"a": {"userErrors": []}, "b": {"userErrors": []}}
    assert looks == ["rights_versions", "find_bearers"]
    with acting_for(desk.tenant_id):
        assert await fetch_value("select count(*) from groups where name in ('A', 'B')") == 2


async def test_points_are_spent_once_where_it_did_not_hold(desk: Desk) -> None:
    person = await desk.add("admin")
    spent = list[int]()
    await person.ask(WRITES_TWICE)
    for _ in range(3):  # a minute may end in between
        before = (await person.ask(READS)).body["extensions"]["cost"]
        await person.ask(READS)
        await change(
            desk, CHANGES["another language"].replace("zh-Hans", f"de-{len(spent)}"), user=person.key
        )
        cost = (await person.ask(WRITES_TWICE)).body["extensions"]["cost"]
        spent.append(before["remaining"] - before["requested"] - cost["remaining"] - cost["requested"])
    assert 0 in spent


async def test_where_rights_change_one_after_the_other_nothing_is_presumed(
    desk: Desk, looks: list[str]
) -> None:
    person = await desk.add("admin")
    await person.ask(READS)
    presumed = []
    for locale in ("zh-Hans", "en", "zh-Hans", "en"):
        await change(desk, CHANGES["another language"].replace("zh-Hans", locale), user=person.key)
        looks.clear()
        await person.ask(READS)
        presumed.append(looks == [])
    assert presumed == [False] * 4
    await person.ask(READS)
    looks.clear()
    await person.ask(READS)
    assert looks == []


async def test_what_is_over_takes_no_connection(desk: Desk) -> None:
    over = Presumption(desk.tenant_id, 0)
    with acting_for(desk.tenant_id), presuming(over):
        with pytest.raises(NoLongerHolds):
            await fetch_value("select 1")
        for _ in range(3):
            with refusing_connections(), pytest.raises(NoLongerHolds):
                async with transaction():
                    pass
            with refusing_connections(), pytest.raises(NoLongerHolds):
                await fetch_value("select 1")


@contextmanager
def refusing_connections() -> Iterator[None]:
    """Within, no pool gives a connection."""

    async def acquire(*_given: Any, **_named: Any) -> Any:
        raise AssertionError("a connection was asked for")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(asyncpg.pool.Pool, "_acquire", acquire)
        yield


def _said(answer: Answer) -> dict[str, Any]:
    return {name: value for name, value in answer.body.items() if name != "extensions"}


async def test_who_is_refused_is_told_nothing_of_whoever_was_presumed(desk: Desk) -> None:
    person = await desk.add("admin")
    await person.ask(READS)
    await change(desk, ENDS["revoked"], user=person.key)

    refused = [(await person.ask(document)).body for document in (READS, READS)]

    assert refused[0] == refused[1]
    assert "extensions" not in refused[0]


async def test_points_are_spent_once_where_it_held(desk: Desk) -> None:
    asked = "{ rateLimit { limit } }"
    remaining = []
    for _ in range(3):  # a minute may end in between
        costs = [(await desk.admin.ask(asked)).body["extensions"]["cost"] for _ in range(2)]
        remaining.append(costs[0]["remaining"] - costs[1]["remaining"] - costs[1]["requested"])
    assert 0 in remaining


@pytest.mark.parametrize("begins", [False, True], ids=["by itself", "in a transaction"])
async def test_nothing_is_read_by_what_no_longer_holds(desk: Desk, other: Desk, begins: bool) -> None:
    version = "select rights_version from tenants where id = :id"
    now = await fetch_value(version, {"id": desk.tenant_id}, reach=Reach.SYSTEM)

    async def read(presumed: Presumption) -> Any:
        with acting_for(desk.tenant_id), presuming(presumed):
            if not begins:
                return await fetch_value("select count(*) from users")
            async with transaction():
                return await fetch_value("select count(*) from users")

    held = Presumption(desk.tenant_id, now)
    users = await read(held)
    assert (users > 1, held.holds) == (True, True)
    broken = Presumption(desk.tenant_id, now - 1)
    for _ in range(2):
        with pytest.raises(NoLongerHolds):
            await read(broken)
    assert not broken.holds
    assert await read(Presumption(other.tenant_id, now - 1)) == users  # says nothing of this tenant
