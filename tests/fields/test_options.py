"""Options of lists and fields, through the API."""

import asyncio
from typing import Any

import pytest

from core.testing import Desk
from tests.fields.shaping import OPTION_CREATE, define

UPDATE = """mutation($input: OptionUpdateInput!) {
  optionUpdate(input: $input) {
    option { key label color position isDefault version parent { key } } userErrors { code path message }
  }
}"""
SWITCH = """mutation($input: Option%sInput!) {
  option%s(input: $input) { option { isActive } userErrors { code path } }
}"""
LIST = """query($list: OptionList!) {
  options(filter: {list: {eq: $list}}, first: 100) { nodes { id key label color position isDefault isActive } }
}"""


async def _options(desk: Desk, list: str) -> dict[str, Any]:
    found = (await desk.customer.ask(LIST, list=list)).data["options"]["nodes"]
    return {node["key"]: node for node in found}


async def _create(desk: Desk, **given: Any) -> Any:
    answer = await desk.admin.ask(OPTION_CREATE, input={"label": "x", **given})
    return answer.payload("optionCreate")["option"]


@pytest.mark.requirement("E9", "E10")
async def test_priorities_are_four_in_colour_and_can_be_renamed(desk: Desk) -> None:
    found = await _options(desk, "PRIORITY")
    assert list(found) == ["low", "medium", "high", "urgent"]
    assert [each["color"] for each in found.values()] == ["#2e9e4f", "#2f6fde", "#e0a800", "#d6322d"]

    change = {"id": found["medium"]["id"], "label": "Urgent-ish 加急", "color": "#ABCDEF"}
    changed = (await desk.admin.ask(UPDATE, input=change)).payload("optionUpdate")["option"]

    assert (changed["key"], changed["label"], changed["color"]) == ("medium", "Urgent-ish 加急", "#abcdef")


@pytest.mark.requirement("X6")
async def test_a_type_is_added_at_the_end(desk: Desk) -> None:
    await _create(desk, list="TYPE", key="repair", position=4)
    option = await _create(desk, list="TYPE", key="refund", label="退款", color="#00ff00")

    assert (option["position"], option["label"], option["color"]) == (5, "退款", "#00ff00")


async def test_one_default_to_a_list(desk: Desk) -> None:
    await _create(desk, list="TYPE", key="a", isDefault=True)
    second = await _create(desk, list="TYPE", key="b", isDefault=True)
    await _create(desk, list="CATEGORY", key="a", isDefault=True)
    assert {key: each["isDefault"] for key, each in (await _options(desk, "TYPE")).items()} == {
        "a": False,
        "b": True,
    }

    again = (await desk.admin.ask(UPDATE, input={"id": second["id"], "isDefault": True})).payload(
        "optionUpdate"
    )["option"]

    assert (again["isDefault"], again["version"]) == (True, 1)
    assert {key: each["isDefault"] for key, each in (await _options(desk, "TYPE")).items()} == {
        "a": False,
        "b": True,
    }


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"list": "TYPE", "key": "A b"}, ("INVALID", ["key"])),
        ({"list": "PRIORITY", "key": "low"}, ("TAKEN", ["key"])),
        ({"list": "TYPE", "key": "a", "label": ""}, ("REQUIRED", ["label"])),
        ({"list": "TYPE", "key": "a", "color": "#12345g"}, ("INVALID", ["color"])),
        ({"list": "TYPE", "key": "a", "color": "#123"}, ("INVALID", ["color"])),
        ({"list": "TYPE", "key": "a", "position": 10**6 + 1}, ("INVALID", ["position"])),
        ({"list": "FIELD", "key": "a"}, ("INVALID", ["fieldId"])),
        ({"list": "TYPE", "key": "a", "fieldId": "SELECT"}, ("INVALID", ["fieldId"])),
        ({"list": "FIELD", "key": "d", "fieldId": "TEXT"}, ("INVALID", ["fieldId"])),
        ({"list": "FIELD", "key": "d", "fieldId": "usr_1"}, ("NOT_FOUND", ["fieldId"])),
        ({"list": "FIELD", "key": "a", "fieldId": "SELECT"}, ("TAKEN", ["key"])),
        ({"list": "FIELD", "key": "d", "fieldId": "SELECT", "parentId": "SELECT"}, ("INVALID", ["parentId"])),
        (
            {"list": "FIELD", "key": "d", "fieldId": "CASCADE", "parentId": "SELECT"},
            ("NOT_FOUND", ["parentId"]),
        ),
        ({"list": "TYPE", "key": "d", "parentId": "SELECT"}, ("INVALID", ["parentId"])),
        ({"list": "CATEGORY", "key": "d", "parentId": "SELECT"}, ("NOT_FOUND", ["parentId"])),
    ],
)
async def test_a_wrong_option_is_refused(desk: Desk, given: dict[str, Any], refusal: Any) -> None:
    fields = {kind: await define(desk, kind) for kind in ("TEXT", "SELECT", "CASCADE")}
    if given.get("fieldId") in fields:
        given = {**given, "fieldId": fields[given["fieldId"]]["id"]}
    if given.get("parentId") in fields:
        given = {**given, "parentId": fields[given["parentId"]]["options"]["nodes"][0]["id"]}
    before = {name: await _options(desk, name) for name in ("TYPE", "PRIORITY", "CATEGORY", "FIELD")}

    answer = await desk.admin.ask(OPTION_CREATE, input={"label": "x", **given})

    assert answer.refusals("optionCreate") == [refusal]
    assert {name: await _options(desk, name) for name in before} == before


async def test_categories_nest_move_and_never_stand_below_themselves(desk: Desk) -> None:
    made: list[Any] = []
    for level in range(5):
        parent = {"parentId": made[-1]["id"]} if made else {}
        made.append(await _create(desk, list="CATEGORY", key=f"l{level}", **parent))
    too_deep = await desk.admin.ask(
        OPTION_CREATE, input={"list": "CATEGORY", "key": "l5", "label": "x", "parentId": made[4]["id"]}
    )
    root = await _create(desk, list="CATEGORY", key="root")

    async def move(option: Any, below: Any) -> list[Any]:
        change = {"id": option["id"], "parentId": below["id"] if below else None}
        return (await desk.admin.ask(UPDATE, input=change)).refusals("optionUpdate")

    assert too_deep.refusals("optionCreate") == [("INVALID", ["parentId"])]
    assert await move(made[0], made[4]) == [("CONFLICT", ["parentId"])]
    assert await move(made[0], made[0]) == [("CONFLICT", ["parentId"])]
    assert await move(made[0], root) == [("INVALID", ["parentId"])]
    assert await move(made[3], root) == []
    assert await move(made[0], made[4]) == [("INVALID", ["parentId"])]
    assert await move(made[3], None) == []


async def test_two_moves_at_once_make_no_circle(desk: Desk) -> None:
    one, two = [await _create(desk, list="CATEGORY", key=key) for key in ("one", "two")]

    answers = await asyncio.gather(
        desk.admin.ask(UPDATE, input={"id": one["id"], "parentId": two["id"]}),
        desk.admin.ask(UPDATE, input={"id": two["id"], "parentId": one["id"]}),
    )

    refusals = [answer.refusals("optionUpdate") for answer in answers]
    assert sorted(refusals) == [[], [("CONFLICT", ["parentId"])]]


async def test_options_are_archived_from_the_leaves_and_restored_from_the_root(desk: Desk) -> None:
    root = await _create(desk, list="CATEGORY", key="root")
    leaf = await _create(desk, list="CATEGORY", key="leaf", parentId=root["id"])

    async def switch(verb: str, option: Any) -> list[Any]:
        return (await desk.admin.ask(SWITCH % (verb, verb), input={"id": option["id"]})).refusals(
            f"option{verb}"
        )

    assert await switch("Archive", root) == [("CONFLICT", ["id"])]
    assert await switch("Archive", leaf) == []
    assert await switch("Archive", root) == []
    assert await switch("Restore", leaf) == [("CONFLICT", ["id"])]
    assert {key: each["isActive"] for key, each in (await _options(desk, "CATEGORY")).items()} == {
        "root": False,
        "leaf": False,
    }
    below = await desk.admin.ask(
        OPTION_CREATE, input={"list": "CATEGORY", "key": "n", "label": "x", "parentId": root["id"]}
    )
    assert below.refusals("optionCreate") == [("CONFLICT", ["parentId"])]
    assert await switch("Restore", root) == []
    assert await switch("Restore", leaf) == []


async def test_keys_are_taken_once_in_a_race(desk: Desk) -> None:
    field = await define(desk, "SELECT", "product")
    for given in ({"list": "TYPE"}, {"list": "FIELD", "fieldId": field["id"]}):
        answers = await asyncio.gather(
            *(desk.admin.ask(OPTION_CREATE, input={**given, "key": "same", "label": "x"}) for _ in range(4))
        )
        refusals = [answer.refusals("optionCreate") for answer in answers]
        assert sorted(refusals) == [[], *[[("TAKEN", ["key"])]] * 3]


async def test_another_tenant_can_touch_none(desk: Desk, other: Desk) -> None:
    priority = (await _options(desk, "PRIORITY"))["low"]

    changed = await other.admin.ask(UPDATE, input={"id": priority["id"], "label": "mine"})
    archived = await other.admin.ask(SWITCH % ("Archive", "Archive"), input={"id": priority["id"]})

    assert changed.refusals("optionUpdate") == [("NOT_FOUND", ["id"])]
    assert archived.refusals("optionArchive") == [("NOT_FOUND", ["id"])]
    assert (await _options(desk, "PRIORITY"))["low"] == priority
