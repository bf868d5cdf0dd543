"""What a helpdesk's pages are drawn with: its name, logo and colour, and blocks of content for those they are for."""

from typing import Any

import pytest

from core.testing import Desk
from tests.appearance.asking import CREATE, DELETE, HELPDESK, make_block, shown_to, shown_to_visitors, updated

TENANT = """mutation($input: TenantUpdateInput!) { tenantUpdate(input: $input) {
  tenant { logoUrl accentColor } userErrors { code path message } } }"""


@pytest.mark.requirement("A9")
async def test_a_visitor_sees_the_helpdesk_as_its_admins_made_it(desk: Desk, other: Desk) -> None:
    brand = {"logoUrl": "https://cdn.example.com/logo.svg", "accentColor": "#2F6FDE"}
    (await desk.admin.ask(TENANT, input=brand)).payload("tenantUpdate")
    await make_block(
        desk.admin, key="footer", title="Footer", body="<p>Hours: 9 to 5</p><script>x()</script>"
    )
    await make_block(other.admin, key="theirs")

    shown = await shown_to_visitors(desk)

    assert shown["name"] == (await desk.founder.ask("{ tenant { name } }")).data["tenant"]["name"]
    assert (shown["logoUrl"], shown["accentColor"]) == ("https://cdn.example.com/logo.svg", "#2f6fde")
    assert shown["blocks"] == [{"key": "footer", "title": "Footer", "bodyHtml": "<p>Hours: 9 to 5</p>"}]


async def test_where_no_helpdesk_answers_there_is_none(desk: Desk) -> None:
    answer = await desk.served.ask(HELPDESK, host="nobody.example")

    assert answer.data["helpdesk"] is None


@pytest.mark.requirement("S6")
async def test_blocks_are_shown_to_those_they_are_for_in_their_order(desk: Desk) -> None:
    for place, audience in enumerate(("STAFF", "SIGNED_IN", "EVERYBODY")):
        await make_block(desk.admin, key=audience.lower(), audience=audience, position=9 - place)

    assert await shown_to(desk.agent) == ["everybody", "signed_in", "staff"]
    assert await shown_to(desk.customer) == ["everybody", "signed_in"]
    assert [each["key"] for each in (await shown_to_visitors(desk))["blocks"]] == ["everybody"]
    listed = await desk.customer.ask("{ contentBlocks { nodes { key } } }")
    assert [each["key"] for each in listed.data["contentBlocks"]["nodes"]] == ["everybody", "signed_in"]


async def test_what_is_archived_stands_on_no_page_and_comes_back(desk: Desk) -> None:
    block = await make_block(desk.admin, key="notice")
    (await updated(desk.admin, block, isActive=False)).payload("contentBlockUpdate")
    listed = (await desk.agent.ask("{ contentBlocks { nodes { key isActive } } }")).data["contentBlocks"][
        "nodes"
    ]
    assert (await shown_to(desk.agent), listed) == ([], [{"key": "notice", "isActive": False}])

    (await updated(desk.admin, block, isActive=True)).payload("contentBlockUpdate")

    assert await shown_to(desk.agent) == ["notice"]


async def test_a_deleted_block_is_gone(desk: Desk) -> None:
    block = await make_block(desk.admin)

    answer = await desk.admin.ask(DELETE, input={"id": block["id"]})

    assert answer.payload("contentBlockDelete")["deletedId"] == block["id"]
    assert await shown_to(desk.admin) == []


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"key": "No Key"}, ("INVALID", ["key"])),
        ({"key": "taken"}, ("TAKEN", ["key"])),
        ({"title": " "}, ("REQUIRED", ["title"])),
        ({"title": "x" * 121}, ("TOO_LONG", ["title"])),
        ({"body": "<script>x()</script>"}, ("REQUIRED", ["body"])),
        ({"position": 10_000}, ("INVALID", ["position"])),
    ],
)
async def test_bad_blocks_are_refused(
    desk: Desk, given: dict[str, Any], refusal: tuple[str, list[str]]
) -> None:
    await make_block(desk.admin, key="taken")

    answer = await desk.admin.ask(CREATE, input={"key": "new", "title": "New", "body": "<p>x</p>", **given})

    assert answer.refusals("contentBlockCreate") == [refusal]
    assert await shown_to(desk.admin) == ["taken"]


async def test_there_are_at_most_fifty(desk: Desk) -> None:
    for place in range(50):
        await make_block(desk.admin, key=f"b{place}", position=place)

    answer = await desk.admin.ask(CREATE, input={"key": "one_more", "title": "New", "body": "<p>x</p>"})

    assert answer.refusals("contentBlockCreate") == [("LIMIT_EXCEEDED", None)]
    assert len(await shown_to(desk.customer)) == 50


async def test_a_change_of_what_somebody_else_changed_is_refused(desk: Desk) -> None:
    block = await make_block(desk.admin)
    (await updated(desk.admin, block, title="First", expectedVersion=1)).payload("contentBlockUpdate")

    answer = await updated(desk.founder, block, title="Second", expectedVersion=1)

    assert answer.refusals("contentBlockUpdate") == [("CONFLICT", ["expectedVersion"])]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"logoUrl": "http://example.com/logo.png"}, ["logoUrl"]),
        ({"logoUrl": "javascript:alert(1)"}, ["logoUrl"]),
        ({"logoUrl": "https://"}, ["logoUrl"]),
        ({"accentColor": "red"}, ["accentColor"]),
    ],
)
async def test_bad_branding_is_refused(desk: Desk, given: dict[str, Any], path: list[str]) -> None:
    answer = await desk.admin.ask(TENANT, input=given)

    assert answer.refusals("tenantUpdate") == [("INVALID", path)]
    shown = await shown_to_visitors(desk)
    assert (shown["logoUrl"], shown["accentColor"]) == (None, None)


async def test_branding_is_taken_away_by_null(desk: Desk) -> None:
    (await desk.admin.ask(TENANT, input={"accentColor": "#000000"})).payload("tenantUpdate")

    gone = (await desk.admin.ask(TENANT, input={"accentColor": None})).payload("tenantUpdate")

    assert gone["tenant"] == {"logoUrl": None, "accentColor": None}
