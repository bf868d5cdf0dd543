"""Values of a tenant's own fields on people (K2)."""

from typing import Any

from core.testing import Desk
from tests.fields.shaping import VALUES, define
from tests.identity.conftest import Rows

CREATE = f"""mutation($input: UserCreateInput!) {{ userCreate(input: $input) {{
  user {{ id customFields {{ ...Values }} }} userErrors {{ code path }} }} }} {VALUES}"""
UPDATE = f"""mutation($input: UserUpdateInput!) {{ userUpdate(input: $input) {{
  user {{ id version customFields {{ ...Values }} }} userErrors {{ code path }} }} }} {VALUES}"""


def _text(key: str, text: str | None) -> dict[str, Any]:
    return {"key": key, "value": None if text is None else {"text": text}}


async def test_people_carry_the_tenants_own_fields(desk: Desk) -> None:
    await define(desk, "TEXT", "nickname", "USER")
    await define(desk, "DATE", "born", "USER")

    made = await desk.agent.ask(
        CREATE,
        input={"name": "Mei", "customFields": [_text("nickname", "小美"), _text("born", "2001-02-03")]},
    )
    user = made.payload("userCreate")["user"]
    changed = await desk.agent.ask(UPDATE, input={"id": user["id"], "customFields": [_text("born", None)]})

    assert {each["field"]["key"]: each["text"] for each in user["customFields"]} == {
        "nickname": "小美", "born": "2001-02-03",
    }  # fmt: skip
    after = changed.payload("userUpdate")["user"]
    assert (after["version"], [each["field"]["key"] for each in after["customFields"]]) == (2, ["nickname"])


async def test_a_required_field_is_asked_for(desk: Desk, rows: Rows) -> None:
    await define(desk, "TEXT", "nickname", "USER", isRequired=True)
    before = await rows("select id from users where tenant_id = :tenant")

    without = await desk.agent.ask(CREATE, input={"name": "Mei"})
    wrong = await desk.agent.ask(
        CREATE, input={"name": "Mei", "customFields": [{"key": "nickname", "value": {"number": 1}}]}
    )

    assert without.refusals("userCreate") == [("REQUIRED", ["customFields", "nickname"])]
    assert wrong.refusals("userCreate")[0] == ("INVALID", ["customFields", "0", "value"])
    assert await rows("select id from users where tenant_id = :tenant") == before
