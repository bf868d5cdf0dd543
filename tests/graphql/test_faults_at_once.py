"""All that is wrong with an input is told at once, ids that cannot be ids included, so that no form is sent twice."""

from typing import Any

import pytest

from core.kit.ids import new_id, to_global
from core.testing import Answer, Desk, Person
from tests.callers.rows import changed, digest
from tests.customers.test_organizations import CREATE as ORGANIZATION
from tests.forms.making import CREATE as FORM
from tests.identity.test_inviting import INVITE
from tests.recurring.making import CREATE as RECURRING
from tests.tickets.making import CREATE as TICKET
from tests.tickets.making import UPDATE, make_group
from tests.views.asking import CREATE as VIEW

UNKNOWN_FIELD = [{"key": "nope", "value": {"text": "x"}}]
NO_LOCALE = [{"locale": "klingon!", "label": " "}]


async def _refusals(
    desk: Desk, by: Person, document: str, **input: Any
) -> list[tuple[str, list[str] | None]]:
    """What is refused, after which nothing has changed."""
    before = await digest(desk.tenant_id)
    answer: Answer = await by.ask(document, input=input)
    assert changed(before, await digest(desk.tenant_id)) == []
    (name,) = answer.data
    return answer.refusals(name)


async def test_of_a_recurring_ticket(desk: Desk) -> None:
    found = await _refusals(
        desk, desk.admin, RECURRING, name=" ", cron="never", timeZone="Mars/Base", requesterId="usr_1", title=" ",
        body="x" * 200_001, groupId="grp_1", assigneeId=to_global("usr", new_id()), priorityId="tkt_1",
        customFields=UNKNOWN_FIELD,
    )  # fmt: skip

    assert found == [
        ("NOT_FOUND", ["requesterId"]), ("NOT_FOUND", ["groupId"]), ("NOT_FOUND", ["priorityId"]),
        ("REQUIRED", ["name"]), ("REQUIRED", ["title"]), ("TOO_LONG", ["body"]), ("INVALID", ["timeZone"]),
        ("INVALID", ["cron"]), ("NOT_FOUND", ["assigneeId"]), ("NOT_FOUND", ["customFields", "0", "key"]),
    ]  # fmt: skip


async def test_of_a_form(desk: Desk) -> None:
    fields = [
        {"name": "title", "visibleTo": "STAFF", "roleIds": ["rol_1"], "showWhen": {"field": "nope", "op": "IS_SET"}},
        {"name": "nope"},
        {"name": "body", "visibleTo": "STAFF"},
    ]  # fmt: skip

    found = await _refusals(
        desk, desk.admin, FORM, label=" ", labels=NO_LOCALE, audience="CUSTOMERS", position=-1, fields=fields
    )

    assert found == [
        ("INVALID", ["labels", "0", "locale"]), ("REQUIRED", ["labels", "0", "label"]), ("REQUIRED", ["label"]),
        ("INVALID", ["position"]), ("NOT_FOUND", ["fields", "0", "roleIds", "0"]),
        ("NOT_FOUND", ["fields", "0", "showWhen", "field"]), ("NOT_FOUND", ["fields", "1", "name"]),
        ("INVALID", ["fields", "2", "visibleTo"]),
    ]  # fmt: skip


async def test_of_a_view(desk: Desk) -> None:
    order = [{"field": "CREATED_AT", "direction": "ASC"}, {"field": "UPDATED_AT", "direction": "DESC"}]

    found = await _refusals(
        desk, desk.admin, VIEW, label=" ", labels=NO_LOCALE, visibility="CHOSEN", roleIds=["rol_1"],
        groupIds=[to_global("grp", new_id()), "x"], columns=["nope"], orderBy=order,
        condition={"field": "nope", "op": "IS_SET"},
    )  # fmt: skip

    assert found == [
        ("INVALID", ["labels", "0", "locale"]), ("REQUIRED", ["labels", "0", "label"]),
        ("NOT_FOUND", ["roleIds", "0"]), ("NOT_FOUND", ["groupIds", "1"]), ("INVALID", ["orderBy"]),
        ("REQUIRED", ["label"]), ("NOT_FOUND", ["condition", "field"]), ("NOT_FOUND", ["columns", "0"]),
        ("NOT_FOUND", ["groupIds", "0"]),
    ]  # fmt: skip


async def test_of_a_ticket_that_is_changed(desk: Desk) -> None:
    ticket = await desk.open_ticket()

    found = await _refusals(
        desk, desk.admin, UPDATE, id=ticket, title=" ", statusId="sts_1", priorityId=to_global("opt", new_id()),
        addTagIds=["x"], removeTagIds=["y"], customFields=UNKNOWN_FIELD,
    )  # fmt: skip

    assert found == [
        ("NOT_FOUND", ["statusId"]), ("NOT_FOUND", ["addTagIds", "0"]), ("NOT_FOUND", ["removeTagIds", "0"]),
        ("REQUIRED", ["title"]), ("NOT_FOUND", ["priorityId"]), ("NOT_FOUND", ["customFields", "0", "key"]),
    ]  # fmt: skip


async def test_of_a_tag_to_take_off_that_cannot_be_one(desk: Desk) -> None:
    """What would only be passed over, were it another tag's, is refused with all that goes with it undone."""
    ticket = await desk.open_ticket()

    found = await _refusals(desk, desk.admin, UPDATE, id=ticket, title="New", removeTagIds=["y"])

    assert found == [("NOT_FOUND", ["removeTagIds", "0"])]


async def test_of_who_is_invited(desk: Desk) -> None:
    found = await _refusals(
        desk, desk.admin, INVITE, name=" ", email="nobody", mobile="1", organizationId="org_1", roleIds=["rol_1"],
        groupIds=["x", to_global("grp", new_id())],
    )  # fmt: skip

    assert found == [
        ("NOT_FOUND", ["organizationId"]), ("NOT_FOUND", ["roleIds", "0"]), ("NOT_FOUND", ["groupIds", "0"]),
        ("REQUIRED", ["name"]), ("INVALID", ["email"]), ("INVALID", ["mobile"]), ("NOT_FOUND", ["groupIds", "1"]),
    ]  # fmt: skip


async def test_of_a_new_ticket_and_an_organisation_with_ids_that_cannot_be_ids(desk: Desk) -> None:
    group = await make_group(desk, "Desk", desk.agent)

    ticket = await _refusals(
        desk, desk.admin, TICKET, title=" ", body="Help.", groupId=group, typeId="opt_1", ccIds=["usr_1"]
    )
    organization = await _refusals(desk, desk.admin, ORGANIZATION, name=" ", tagIds=["tag_1"])

    assert ticket == [("NOT_FOUND", ["typeId"]), ("NOT_FOUND", ["ccIds", "0"]), ("REQUIRED", ["title"])]
    assert organization == [("NOT_FOUND", ["tagIds", "0"]), ("REQUIRED", ["name"])]


@pytest.mark.parametrize(
    ("document", "input"),
    [
        (RECURRING, {"name": "", "cron": "x", "requesterId": "usr_1"}),
        (FORM, {"label": "", "labels": NO_LOCALE, "audience": "STAFF", "fields": []}),
        (VIEW, {"label": "", "visibility": "CHOSEN", "roleIds": ["x"], "condition": {"and": []}}),
        (INVITE, {"name": "", "email": "", "roleIds": ["x"]}),
    ],
)
async def test_who_may_not_do_it_is_told_only_that(desk: Desk, document: str, input: dict[str, Any]) -> None:
    assert await _refusals(desk, desk.customer, document, **input) == [("FORBIDDEN", None)]
