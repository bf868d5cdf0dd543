"""Who holds what a plugin brings along, once it is enabled."""

import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch, fetch_value
from core.testing import Desk, Person
from tests.extensions.making import DISABLE, ENABLE, enable

MINE = "{ viewer { permissions } }"
USE = "sample.use"


async def holds(person: Person) -> bool:
    return USE in (await person.ask(MINE)).data["viewer"]["permissions"]


async def updates(desk: Desk) -> list[dict[str, list[list[str]]]]:
    with acting_for(desk.tenant_id):
        rows = await fetch("select changes from events where type = 'role.updated' order by id", {})
    return [orjson.loads(row["changes"]) for row in rows]


@pytest.mark.requirement("B8")
async def test_administrators_hold_what_an_enabled_plugin_brings(desk: Desk, other: Desk) -> None:
    before = await holds(desk.admin)

    await enable(desk.admin)

    assert before is False
    assert [await holds(each) for each in (desk.founder, desk.admin, desk.leader, desk.agent)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert await holds(other.admin) is False
    (changes,) = await updates(desk)
    held, given = changes["permissions"]
    assert set(given) - set(held) == {USE}
    assert await updates(other) == []


async def test_what_is_taken_from_a_role_stays_out_of_it(desk: Desk) -> None:
    await enable(desk.admin)
    with acting_for(desk.tenant_id):
        await execute("update roles set permissions = permissions - :use where key = 'admin'", {"use": USE})

    await enable(desk.founder)

    assert await holds(desk.admin) is False


async def test_roles_that_lack_something_or_see_less_get_nothing(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        lacking = "update roles set permissions = permissions - 'tag.manage' where key = 'admin'"
        await execute(lacking, {})
        everything = await fetch_value("select permissions from roles where key = 'founder'", {})
        await execute("update roles set permissions = :all::jsonb where key = 'leader'", {"all": everything})

    await enable(desk.founder)

    assert [await holds(each) for each in (desk.admin, desk.leader)] == [False, False]


async def test_enabling_again_changes_nothing(desk: Desk) -> None:
    await enable(desk.admin)
    (await desk.admin.ask(DISABLE, n="sample")).payload("pluginDisable")
    await enable(desk.admin)

    assert len(await updates(desk)) == 1


async def test_who_may_not_enable_changes_no_roles(desk: Desk) -> None:
    refused = await desk.agent.ask(ENABLE, n="sample")

    assert [code for code, _ in refused.refusals("pluginEnable")] == ["FORBIDDEN"]
    assert await holds(desk.admin) is False
