"""Changing the helpdesk itself, through the API."""

import pytest

from core.testing import Desk

UPDATE = """mutation($input: TenantUpdateInput!) { tenantUpdate(input: $input) {
  tenant { id name locale timeZone version }
  userErrors { code path message ... on VersionConflictError { current { id ... on Tenant { name } } } } } }"""
READ = "{ tenant { name locale timeZone version } }"


async def test_the_helpdesk_is_renamed_and_moved(desk: Desk, other: Desk) -> None:
    answer = await desk.admin.ask(
        UPDATE,
        input={
            "expectedVersion": 1,
            "name": " 北风 服务台 ",
            "locale": "zh-Hans",
            "timeZone": "Asia/Shanghai",
        },
    )

    changed = answer.payload("tenantUpdate")["tenant"]
    del changed["id"]
    assert changed == {"name": "北风 服务台", "locale": "zh-Hans", "timeZone": "Asia/Shanghai", "version": 2}
    assert (await desk.customer.ask(READ)).data["tenant"] == changed
    assert (await other.admin.ask(READ)).data["tenant"]["version"] == 1


async def test_refusals_are_told_in_the_helpdesk_s_language(desk: Desk) -> None:
    await desk.admin.ask(UPDATE, input={"locale": "zh-Hans"})

    answer = await desk.admin.ask(UPDATE, input={"timeZone": "Mars/Olympus"})

    assert (
        answer.data["tenantUpdate"]["userErrors"][0]["message"]
        != "Mars/Olympus is not a time zone; use an IANA name as Asia/Shanghai."
    )


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": "\x00"}, ("REQUIRED", ["name"])),
        ({"name": "x" * 121}, ("TOO_LONG", ["name"])),
        ({"name": "fine", "locale": "klingon"}, ("INVALID", ["locale"])),
        ({"name": "fine", "locale": "ca-ES-valencia"}, ("INVALID", ["locale"])),
        ({"name": "fine", "timeZone": "Mars/Olympus"}, ("INVALID", ["timeZone"])),
        ({"timeZone": "localtime"}, ("INVALID", ["timeZone"])),
        ({"name": "fine", "timeZone": "../../etc/passwd"}, ("INVALID", ["timeZone"])),
    ],
)
async def test_what_is_refused_changes_nothing(
    desk: Desk, values: dict[str, str], refusal: tuple[str, list[str]]
) -> None:
    before = (await desk.admin.ask(READ)).data

    answer = await desk.admin.ask(UPDATE, input=values)

    assert answer.refusals("tenantUpdate") == [refusal]
    assert (await desk.admin.ask(READ)).data == before


async def test_the_loser_of_two_changes_is_told_the_present_state(desk: Desk) -> None:
    await desk.admin.ask(UPDATE, input={"name": "First"})

    answer = await desk.founder.ask(UPDATE, input={"expectedVersion": 1, "name": "Second"})

    error = answer.data["tenantUpdate"]["userErrors"][0]
    assert (error["code"], error["path"], error["current"]["name"]) == (
        "CONFLICT",
        ["expectedVersion"],
        "First",
    )


async def test_a_patch_that_changes_nothing_keeps_the_version(desk: Desk) -> None:
    answer = await desk.admin.ask(UPDATE, input={"locale": "en"})

    assert answer.payload("tenantUpdate")["tenant"]["version"] == 1
