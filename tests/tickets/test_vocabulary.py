"""Tags and statuses, through the API (H1, F5, R5)."""

import asyncio
from typing import Any

import pytest

from core.testing import Desk
from tests.tickets.making import STATUSES, open_ticket, statuses, update, updated

TAG = """mutation($input: TagCreateInput!) { tagCreate(input: $input) {
  tag { id name color version } userErrors { code path } } }"""
TAG_UPDATE = """mutation($input: TagUpdateInput!) { tagUpdate(input: $input) {
  tag { id name color version } userErrors { code path } } }"""
TAG_DELETE = (
    "mutation($input: TagDeleteInput!) { tagDelete(input: $input) { deletedId userErrors { code path } } }"
)
TAGS = "{ tags { nodes { name } } }"
SHOWN = "status { id key category label position isDefault isAgentSelectable isActive version }"
STATUS = f"""mutation($input: StatusCreateInput!) {{ statusCreate(input: $input) {{
  {SHOWN} userErrors {{ code path message }} }} }}"""
STATUS_UPDATE = f"""mutation($input: StatusUpdateInput!) {{ statusUpdate(input: $input) {{
  {SHOWN} userErrors {{ code path message }} }} }}"""


async def tag(desk: Desk, name: str, **values: Any) -> str:
    answer = await desk.admin.ask(TAG, input={"name": name, **values})
    return str(answer.payload("tagCreate")["tag"]["id"])


async def all_statuses(desk: Desk) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await desk.admin.ask(STATUSES)).data["statuses"]["nodes"]
    return found


@pytest.mark.requirement("H1")
async def test_a_tag_is_unique_whatever_its_case_and_width(desk: Desk, other: Desk) -> None:
    await tag(desk, "VIP客户", color="#AABBCC")
    await tag(other, "VIP客户")

    for name in ("vip客户", "ＶＩＰ客户", "Vip客户 "):
        assert (await desk.admin.ask(TAG, input={"name": name})).refusals("tagCreate") == [
            ("TAKEN", ["name"])
        ]
    second = await tag(desk, "Straße")
    assert (await desk.admin.ask(TAG, input={"name": "STRASSE"})).refusals("tagCreate") == [
        ("TAKEN", ["name"])
    ]
    renamed = await desk.admin.ask(TAG_UPDATE, input={"id": second, "name": "vIP客户"})
    assert renamed.refusals("tagUpdate") == [("TAKEN", ["name"])]
    assert [each["name"] for each in (await desk.admin.ask(TAGS)).data["tags"]["nodes"]] == [
        "Straße",
        "VIP客户",
    ]


async def test_one_name_at_once_makes_one_tag(desk: Desk) -> None:
    answers = await asyncio.gather(*(desk.admin.ask(TAG, input={"name": "hot"}) for _ in range(6)))

    assert sorted(each.refusals("tagCreate") for each in answers) == [[]] + [[("TAKEN", ["name"])]] * 5


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, ("REQUIRED", ["name"])),
        ({"name": "x" * 61}, ("TOO_LONG", ["name"])),
        ({"name": "ﷺ" * 5}, ("TOO_LONG", ["name"])),
        ({"name": "x", "color": "red"}, ("INVALID", ["color"])),
        ({"name": "x", "color": "#12345"}, ("INVALID", ["color"])),
    ],
)
async def test_what_no_tag_can_be(desk: Desk, values: dict[str, str], refusal: tuple[str, list[str]]) -> None:
    assert (await desk.admin.ask(TAG, input=values)).refusals("tagCreate") == [refusal]
    assert (await desk.admin.ask(TAGS)).data["tags"]["nodes"] == []


async def test_tags_are_put_on_and_taken_off(desk: Desk) -> None:
    first, second, third = [await tag(desk, name) for name in "abc"]
    ticket = await open_ticket(desk.admin, tagIds=[first, second, first])

    found = await updated(desk.admin, ticket, addTagIds=[third, second], removeTagIds=[first])
    same = await updated(desk.admin, ticket, addTagIds=[third])

    assert [each["name"] for each in ticket["tags"]] == ["a", "b"]
    assert [each["name"] for each in found["tags"]] == ["b", "c"]
    assert same["version"] == found["version"]
    bad = await update(desk.admin, ticket, addTagIds=[first, "tag_" + "0" * 32])
    assert bad.refusals("ticketUpdate") == [("NOT_FOUND", ["addTagIds", "1"])]


async def test_a_ticket_has_a_hundred_tags_at_most(desk: Desk) -> None:
    tags = [await tag(desk, f"t{place}") for place in range(101)]
    ticket = await open_ticket(desk.admin, tagIds=tags[:100])
    assert len(ticket["tags"]) == 100

    answer = await update(desk.admin, ticket, addTagIds=tags[100:])

    assert answer.refusals("ticketUpdate") == [("LIMIT_EXCEEDED", ["addTagIds"])]
    assert (
        len((await updated(desk.admin, ticket, addTagIds=tags[100:], removeTagIds=tags[:1]))["tags"]) == 100
    )


async def test_a_deleted_tag_is_on_no_ticket(desk: Desk) -> None:
    gone, kept = await tag(desk, "gone"), await tag(desk, "kept")
    ticket = await open_ticket(desk.admin, tagIds=[gone, kept])

    answer = await desk.admin.ask(TAG_DELETE, input={"id": gone})

    assert answer.payload("tagDelete")["deletedId"] == gone
    same = await updated(desk.admin, ticket, title=ticket["title"])
    assert ([each["name"] for each in same["tags"]], same["version"]) == (["kept"], ticket["version"])


@pytest.mark.requirement("F5")
async def test_a_status_is_added_and_worded_in_two_languages(desk: Desk) -> None:
    made = await desk.admin.ask(
        STATUS,
        input={
            "key": "waiting_vendor",
            "category": "PENDING",
            "label": "Vendor",
            "labels": [{"locale": "zh-Hans", "label": "等供应商"}],
        },
    )
    status = made.payload("statusCreate")["status"]
    assert (status["category"], status["isDefault"], status["isActive"], status["position"]) == (
        "PENDING",
        False,
        True,
        5,
    )

    labels = await desk.admin.ask(
        'query($id: ID!) { status(id: $id) { en: label zh: label(locale: "zh-Hans") } }', id=status["id"]
    )
    changed = await desk.admin.ask(
        STATUS_UPDATE, input={"id": status["id"], "expectedVersion": 1, "label": "Supplier", "position": 2}
    )

    assert labels.data["status"] == {"en": "Vendor", "zh": "等供应商"}
    found = changed.payload("statusUpdate")["status"]
    assert (found["label"], found["position"], found["version"], found["key"]) == (
        "Supplier",
        2,
        2,
        "waiting_vendor",
    )
    ticket = await open_ticket(desk.customer)
    assert (await updated(desk.admin, ticket, statusId=status["id"]))["statusCategory"] == "PENDING"


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"key": "Bad Key"}, ("INVALID", ["key"])),
        ({"key": "new"}, ("TAKEN", ["key"])),
        ({"label": " "}, ("REQUIRED", ["label"])),
        ({"position": -1}, ("INVALID", ["position"])),
        ({"position": 2**31 - 1}, ("INVALID", ["position"])),
        ({"isDefault": True}, ("INVALID", ["isDefault"])),
        ({"labels": [{"locale": "klingon", "label": "x"}]}, ("INVALID", ["labels", "0", "locale"])),
        ({"labels": [{"locale": "zh-Hans", "label": ""}]}, ("REQUIRED", ["labels", "0", "label"])),
    ],
)
async def test_what_no_status_can_be(
    desk: Desk, values: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    before = await all_statuses(desk)

    answer = await desk.admin.ask(
        STATUS, input={"key": "extra", "category": "OPEN", "label": "Extra", **values}
    )

    assert answer.refusals("statusCreate") == [refusal]
    assert await all_statuses(desk) == before


async def test_one_key_at_once_makes_one_status(desk: Desk) -> None:
    values = {"key": "extra", "category": "OPEN", "label": "Extra"}

    answers = await asyncio.gather(*(desk.admin.ask(STATUS, input=values) for _ in range(5)))

    assert sorted(each.refusals("statusCreate") for each in answers) == [[]] + [[("TAKEN", ["key"])]] * 4


async def test_exactly_one_status_is_the_default(desk: Desk) -> None:
    keys = await statuses(desk)
    made = [
        await desk.admin.ask(STATUS, input={"key": f"fresh{place}", "category": "NEW", "label": "Fresh"})
        for place in range(4)
    ]
    ids = [each.payload("statusCreate")["status"]["id"] for each in made]

    await asyncio.gather(
        *(desk.admin.ask(STATUS_UPDATE, input={"id": each, "isDefault": True}) for each in ids)
    )

    defaults = [each["id"] for each in await all_statuses(desk) if each["isDefault"]]
    assert len(defaults) == 1
    assert defaults[0] in ids
    assert (await open_ticket(desk.customer))["status"]["key"].startswith("fresh")
    for values, refusal in (
        ({"id": defaults[0], "isDefault": False}, ("CONFLICT", ["isDefault"])),
        ({"id": defaults[0], "isActive": False}, ("CONFLICT", ["isActive"])),
        ({"id": keys["open"], "isDefault": True}, ("INVALID", ["isDefault"])),
    ):
        assert (await desk.admin.ask(STATUS_UPDATE, input=values)).refusals("statusUpdate") == [refusal]
    assert [each["id"] for each in await all_statuses(desk) if each["isDefault"]] == defaults


async def test_a_status_in_use_or_the_last_of_a_needed_category_is_not_archived(desk: Desk) -> None:
    keys, ticket = await statuses(desk), await open_ticket(desk.customer)
    await updated(desk.admin, ticket, statusId=keys["pending"])

    # One of solved and closed is enough, and closed is what follows by itself.
    for key in ("pending", "open", "closed", "new"):
        answer = await desk.admin.ask(STATUS_UPDATE, input={"id": keys[key], "isActive": False})
        assert answer.refusals("statusUpdate") == [("CONFLICT", ["isActive"])]
    assert all(each["isActive"] for each in await all_statuses(desk))

    alone = await desk.admin.ask(STATUS_UPDATE, input={"id": keys["solved"], "isActive": False})
    assert alone.payload("statusUpdate")["status"]["isActive"] is False
    last = await desk.admin.ask(STATUS_UPDATE, input={"id": keys["closed"], "isActive": False})
    assert last.refusals("statusUpdate") == [("CONFLICT", ["isActive"])]
    await updated(desk.admin, ticket, statusId=keys["closed"])
    archived = await desk.admin.ask(STATUS_UPDATE, input={"id": keys["pending"], "isActive": False})
    assert archived.payload("statusUpdate")["status"]["isActive"] is False
    other = await open_ticket(desk.customer)
    assert (await update(desk.admin, other, statusId=keys["pending"])).refusals("ticketUpdate") == [
        ("NOT_FOUND", ["statusId"])
    ]
