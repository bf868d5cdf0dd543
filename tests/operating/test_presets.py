"""A fresh tenant has exactly what its preset says."""

import orjson

from core.kit.context import acting_for
from core.kit.database import fetch
from core.permissions import PERMISSIONS
from core.presets import default
from core.testing import Desk
from core.tickets.states import StatusCategory


async def test_a_fresh_tenant_has_the_preset_s_roles(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        rows = await fetch("select * from roles order by id")

    assert [
        (row["key"], row["name"], row["ticket_scope"], orjson.loads(row["permissions"])) for row in rows
    ] == default.ROLES
    assert all(row["is_system"] for row in rows)
    assert set(default.ROLES[0].permissions) == set(PERMISSIONS)
    assert all(set(role.permissions) <= set(PERMISSIONS) for role in default.ROLES)


async def test_a_fresh_tenant_has_the_preset_s_statuses(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        rows = await fetch("select * from statuses order by position")

    found = [
        (
            row["key"],
            row["category"],
            row["label"],
            orjson.loads(row["labels"])["zh"],
            row["is_agent_selectable"],
        )
        for row in rows
    ]
    assert found == default.STATUSES
    assert [row["key"] for row in rows if row["is_default"]] == ["new"]
    assert all(row["is_active"] for row in rows)
    assert {row["category"] for row in rows} == {category.value for category in StatusCategory}


async def test_a_fresh_tenant_has_the_preset_s_options(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        rows = await fetch("select * from options order by position")

    found = [
        (row["list"], row["key"], row["label"], orjson.loads(row["labels"])["zh"], row["color"])
        for row in rows
    ]
    assert found == default.OPTIONS
    assert all(row["is_active"] and not row["is_default"] for row in rows)


async def test_labels_are_told_in_the_caller_s_language(desk: Desk) -> None:
    answer = await desk.admin.ask('{ statuses { nodes { key label(locale: "zh-Hans") } } }')

    assert {node["key"]: node["label"] for node in answer.data["statuses"]["nodes"]}["open"] == "受理中"
