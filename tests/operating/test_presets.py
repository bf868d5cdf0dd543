"""A fresh tenant has exactly what its preset says."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import fetch
from core.kit.errors import NotFound
from core.permissions import PERMISSIONS
from core.presets.catalogue import PRESETS, preset_of
from core.presets.preset import Preset
from core.testing import Desk
from core.testing.desks import make_desk
from core.testing.serving import Served
from core.tickets.service.schemes import REACTIONS
from core.tickets.states import DONE, StatusCategory
from core.views.service import system_rows
from core.views.system import VIEWS

EVERY = sorted(PRESETS)
FLAGS = ("closed_is_final", "never_back_to_new", "solved_is_read_only", "strict_group_lock")


async def rows(desk: Desk, table: str, order: str = "id") -> list[Any]:
    with acting_for(desk.tenant_id):
        return await fetch(f"select * from {table} order by {order}")


@pytest.mark.parametrize("key", EVERY)
async def test_a_fresh_tenant_has_what_its_preset_says(app: Served, key: str) -> None:
    desk, preset = await make_desk(app, preset=key), preset_of(key)

    roles = await rows(desk, "roles")
    assert [
        (row["key"], row["name"], row["ticket_scope"], orjson.loads(row["permissions"])) for row in roles
    ] == [(each.key, each.name.english, each.ticket_scope, list(each.permissions)) for each in preset.roles]
    assert all(row["is_system"] for row in roles)
    options = await rows(desk, "options", "list desc, position")
    assert [
        (row["list"], row["key"], row["label"], orjson.loads(row["labels"])["zh"], row["color"])
        for row in options
    ] == [(each.list, each.key, *each.label, each.color) for each in preset.options]
    replies = await rows(desk, "templates")
    assert sorted((row["kind"], row["name"], row["body"]) for row in replies) == sorted(
        ("CANNED", each.name.english, each.body.english) for each in preset.replies
    )
    forms = await rows(desk, "forms", "position")
    assert [(row["key"], row["label"], row["audience"]) for row in forms] == [
        (each.key, each.english, each.audience) for each in preset.forms
    ]
    [settings] = await rows(desk, "ticket_settings")
    assert {name: settings[name] for name in preset.tickets._fields} == preset.tickets._asdict()


@pytest.mark.parametrize("key", EVERY)
async def test_the_views_of_every_desk_are_called_as_the_preset_s_product_calls_them(
    app: Served, key: str
) -> None:
    desk, preset = await make_desk(app, preset=key), preset_of(key)
    listed = (
        '{ views(first: 100) { nodes { key isSystem label(locale: "en") zh: label(locale: "zh-Hans") } } }'
    )

    nodes = (await desk.founder.ask(listed)).data["views"]["nodes"]

    told = {each["key"]: (each["label"], each["zh"]) for each in nodes if each["isSystem"]}
    usual = {each.key: (each.english, each.chinese) for each in VIEWS}
    assert told == usual | {name: tuple(words) for name, words in preset.system_views.items()}
    assert len({each["zh"] for each in nodes}) == len(nodes), "no two lists are called alike"
    for category in ("PENDING", "SOLVED", "CLOSED"):
        words = [each.label.chinese for each in preset.statuses if each.category == category]
        assert len(words) != 1 or words[0] in told[category.lower()][1]


def test_a_view_that_no_desk_has_of_itself_is_not_reworded() -> None:
    with pytest.raises(ValueError, match="no desk has a view mine of itself"):
        system_rows({"mine": ("Mine", "我的")})


@pytest.mark.parametrize("key", EVERY)
async def test_its_statuses_and_their_scheme_are_the_preset_s(app: Served, key: str) -> None:
    desk, preset = await make_desk(app, preset=key), preset_of(key)

    statuses = await rows(desk, "statuses", "position")
    keys = {row["id"]: row["key"] for row in statuses}
    found = [
        (
            row["key"], row["category"], row["label"], orjson.loads(row["labels"])["zh"], row["is_agent_selectable"],
            keys.get(row["next_id"]), row["next_after_hours"],
        )
        for row in statuses
    ]  # fmt: skip
    assert found == [
        (each.key, each.category, *each.label, each.is_agent_selectable, each.next, each.hours)
        for each in preset.statuses
    ]
    assert [row["key"] for row in statuses if row["is_default"]] == [preset.statuses[0].key]
    [scheme] = await rows(desk, "status_schemes")
    reactions = {
        name: keys.get(scheme[f"{name}_id"]) for name in preset.scheme._fields if name.startswith("on_")
    }
    assert {**reactions, **{name: scheme[name] for name in FLAGS}} == preset.scheme._asdict()


@pytest.mark.parametrize("key", EVERY)
def test_a_preset_is_whole(key: str) -> None:
    preset: Preset = preset_of(key)

    by_key = {each.key: StatusCategory(each.category) for each in preset.statuses}
    assert preset.statuses[0].category == StatusCategory.NEW
    assert {StatusCategory.NEW, StatusCategory.OPEN} <= set(by_key.values())
    assert set(by_key.values()) & set(DONE)
    assert {each.next for each in preset.statuses if each.next} <= by_key.keys()
    for name, categories in REACTIONS.items():
        reaction = getattr(preset.scheme, name.removesuffix("_id"))
        assert reaction is None or by_key[reaction] in categories, name
    assert {"founder", "admin", "agent"} <= {each.key for each in preset.roles}
    assert set(preset.roles[0].permissions) == set(PERMISSIONS)
    assert all(set(each.permissions) <= set(PERMISSIONS) for each in preset.roles)


async def test_an_unknown_preset_is_refused_with_the_list() -> None:
    with pytest.raises(NotFound) as refused:
        preset_of("zendesk")

    assert refused.value.values == {"key": "zendesk", "known": ", ".join(PRESETS)}


async def test_labels_are_told_in_the_caller_s_language(desk: Desk) -> None:
    answer = await desk.admin.ask('{ statuses { nodes { key label(locale: "zh-Hans") } } }')

    assert {node["key"]: node["label"] for node in answer.data["statuses"]["nodes"]}["open"] == "受理中"


def test_roles_are_named_in_the_helpdesk_s_language() -> None:
    names = [each.name.in_locale("zh-Hans") for each in preset_of("xiaoneng").roles]

    assert names == ["创始人", "管理员", "质检员", "组长", "客服"]
    assert replace(preset_of("kf5"), key="x").roles[0].name.in_locale("en-GB") == "Founder"
