"""What a form makes of tickets, and what it holds them to: enforced, whatever a frontend shows."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.kit.context import UserKind
from core.testing import Desk, Person
from tests.callers.rows import changed, digest
from tests.fields.shaping import define
from tests.forms.making import DELETE, OPEN, SWITCH, ask_open, custom, make_form, opened, when
from tests.tickets.making import make_group, options, read, reply, statuses, update, updated


def _values(ticket: dict[str, Any]) -> dict[str, Any]:
    return {
        each["field"]["key"]: each.get("text")
        or each.get("number")
        or [o["key"] for o in each.get("options", [])]
        for each in ticket["customFields"]
    }


@pytest.mark.requirement("K6")
@pytest.mark.requirement("K5")
async def test_a_template_opens_a_whole_ticket(desk: Desk) -> None:
    """One per business process, of custom fields, with everything that stands there unless told."""
    group = await make_group(desk, "Night", desk.agent)
    await make_group(desk, "Day")
    await define(desk, "SELECT", "product")
    urgent = (await options(desk, "PRIORITY"))["urgent"]
    tag = 'mutation { tagCreate(input: {name: "fault"}) { tag { id } } }'
    tag_id = (await desk.admin.ask(tag)).data["tagCreate"]["tag"]["id"]
    form = await make_form(
        desk,
        {"name": "custom.product", "default": ["b"]}, {"name": "title", "default": "设备故障"},
        {"name": "body", "default": "The machine stands still."}, {"name": "priority", "default": urgent},
        {"name": "group", "default": group}, {"name": "tags", "default": [tag_id]},
        {"name": "dueAt", "default": {"from": "now", "hours": 4}},
        audience="STAFF",
    )  # fmt: skip

    ticket = await opened(desk.agent, form, title=None, body=None)
    own = await opened(desk.agent, form, title="Own", customFields=[custom("product", optionKeys=["a"])])

    assert (ticket["title"], ticket["lastMessage"]["bodyText"]) == ("设备故障", "The machine stands still.")
    assert (ticket["priority"], ticket["group"], ticket["form"]) == (
        {"key": "urgent"},
        {"id": group},
        {"id": form["id"]},
    )
    assert (ticket["tags"], _values(ticket)) == ([{"name": "fault"}], {"product": ["b"]})
    due = datetime.fromisoformat(ticket["dueAt"])
    assert timedelta(hours=3, minutes=59) < due - datetime.now(UTC) <= timedelta(hours=4)
    assert (own["title"], _values(own)) == ("Own", {"product": ["a"]})


@pytest.mark.requirement("E11")
@pytest.mark.requirement("K4")
async def test_what_customers_do_not_see_they_cannot_set_and_the_form_sets_for_them(desk: Desk) -> None:
    group = await make_group(desk, "Night", desk.agent)
    await make_group(desk, "Day")
    for key in ("order_no", "margin", "other"):
        await define(desk, "TEXT", key)
    form = await make_form(
        desk,
        {"name": "custom.order_no", "requiredFor": "CUSTOMERS"},
        {"name": "custom.margin", "visibleTo": "STAFF"},
        {"name": "group", "visibleTo": "NOBODY", "default": group},
    )
    before = await digest(desk.tenant_id)
    urgent = (await options(desk, "PRIORITY"))["urgent"]

    missing = await ask_open(desk.customer, form)
    assert missing.refusals("ticketCreate") == [("REQUIRED", ["customFields", "order_no"])]
    order = custom("order_no", text="A-1")
    hidden = await ask_open(desk.customer, form, customFields=[order, custom("margin", text="3 %")])
    assert hidden.refusals("ticketCreate") == [("FORBIDDEN", ["customFields", "1", "key"])]
    elsewhere = await ask_open(
        desk.customer, form, priorityId=urgent, customFields=[custom("other", text="x"), order]
    )
    assert elsewhere.refusals("ticketCreate") == [
        ("FORBIDDEN", ["customFields", "0", "key"]), ("FORBIDDEN", ["priorityId"]),
    ]  # fmt: skip
    assert changed(before, await digest(desk.tenant_id)) == []

    await opened(desk.customer, form, customFields=[order])
    ticket = await opened(desk.agent, form, groupId=None, customFields=[custom("margin", text="3 %")])
    assert (ticket["group"], _values(ticket)) == ({"id": group}, {"margin": "3 %"})


@pytest.mark.requirement("K4")
async def test_a_field_is_shown_and_needed_where_another_has_a_value(desk: Desk) -> None:
    await define(desk, "SELECT", "kind")
    await define(desk, "TEXT", "serial")
    is_a = when("custom.kind", ["a"], "HAS_ANY")
    form = await make_form(
        desk,
        {"name": "custom.kind", "requiredFor": "EVERYBODY"},
        {"name": "custom.serial", "showWhen": is_a, "requireWhen": is_a},
    )
    a, b = custom("kind", optionKeys=["a"]), custom("kind", optionKeys=["b"])
    serial = custom("serial", text="S-1")

    for person in (desk.customer, desk.agent):
        needed = await ask_open(person, form, customFields=[a])
        assert needed.refusals("ticketCreate") == [("REQUIRED", ["customFields", "serial"])]
        hidden = await ask_open(person, form, customFields=[serial, b])
        assert hidden.refusals("ticketCreate") == [("FORBIDDEN", ["customFields", "0", "key"])]
        (await ask_open(person, form, customFields=[a, serial])).payload("ticketCreate")
        (await ask_open(person, form, customFields=[b])).payload("ticketCreate")


async def test_a_default_follows_what_was_chosen_above_it(desk: Desk) -> None:
    await define(desk, "SELECT", "kind")
    urgent = (await options(desk, "PRIORITY"))["urgent"]
    form = await make_form(
        desk,
        {"name": "custom.kind", "default": ["a"]},
        {"name": "priority", "default": urgent, "showWhen": when("custom.kind", ["a"], "HAS_ANY")},
    )

    assert (await opened(desk.customer, form))["priority"] == {"key": "urgent"}
    other = await opened(desk.customer, form, customFields=[custom("kind", optionKeys=["b"])])
    assert other["priority"] is None


@pytest.mark.requirement("K3")
async def test_a_ticket_is_held_to_its_form_when_it_is_changed_and_solved(desk: Desk) -> None:
    await define(desk, "TEXT", "cause")
    await define(desk, "TEXT", "machine")
    form = await make_form(
        desk,
        {"name": "custom.cause", "visibleTo": "STAFF", "requiredFor": "STAFF", "requiredOn": ["SOLVE"]},
        {"name": "custom.machine", "requiredFor": "STAFF", "requiredOn": ["UPDATE"]},
    )
    ticket = await opened(desk.customer, form)
    known = await statuses(desk)

    changed_ = await update(desk.founder, ticket, title="Other")
    assert changed_.refusals("ticketUpdate") == [("REQUIRED", ["customFields", "machine"])]
    said = await reply(desk.founder, ticket, "We look at it.")
    assert said.refusals("ticketReply") == []  # says something, and changes no field
    await updated(desk.founder, ticket, customFields=[custom("machine", text="M1")])
    for answer in (
        await update(desk.founder, ticket, statusId=known["solved"]),
        await reply(desk.founder, ticket, "Done.", statusId=known["solved"]),
    ):
        [name] = answer.data
        assert answer.refusals(name) == [("REQUIRED", ["customFields", "cause"])]
    solved = await updated(
        desk.founder, ticket, statusId=known["solved"], customFields=[custom("cause", text="dust")]
    )
    assert solved["statusCategory"] == "SOLVED"


async def test_what_a_role_does_not_see_it_does_not_change(desk: Desk) -> None:
    await define(desk, "TEXT", "margin")
    roles = (await desk.founder.ask("{ roles(first: 20) { nodes { id key } } }")).data["roles"]["nodes"]
    leader = next(each["id"] for each in roles if each["key"] == "leader")
    form = await make_form(desk, {"name": "custom.margin", "visibleTo": "STAFF", "roleIds": [leader]})
    group = await make_group(desk, "Night", desk.agent, desk.leader)
    ticket = await opened(desk.founder, form, groupId=group)
    value = [custom("margin", text="3 %")]

    refused = await update(desk.agent, ticket, customFields=value)

    assert refused.refusals("ticketUpdate") == [("FORBIDDEN", ["customFields", "0", "key"])]
    await updated(desk.leader, ticket, customFields=value)


async def test_a_form_that_is_not_theirs_is_not_there(desk: Desk, other: Desk) -> None:
    theirs, staff = await make_form(other), await make_form(desk, audience="STAFF")
    for person, form in ((desk.customer, staff), (desk.founder, theirs), (desk.founder, {"id": "frm_x"})):
        assert (await ask_open(person, form)).refusals("ticketCreate") == [("NOT_FOUND", ["formId"])]
    archived = await make_form(desk)
    (await desk.admin.ask(SWITCH % ("Archive", "Archive"), input={"id": archived["id"]})).payload(
        "formArchive"
    )
    assert (await ask_open(desk.founder, archived)).refusals("ticketCreate") == [("CONFLICT", ["formId"])]


async def test_without_a_form_a_title_is_needed(desk: Desk) -> None:
    assert (await desk.founder.ask(OPEN, input={"body": "x"})).refusals("ticketCreate") == [
        ("REQUIRED", ["title"])
    ]


async def test_a_field_that_is_needed_everywhere_is_needed_where_the_form_shows_it(desk: Desk) -> None:
    await define(desk, "TEXT", "order_no", isRequired=True)
    with_it, without = (
        await make_form(desk, {"name": "custom.order_no"}),
        await make_form(desk, {"name": "title"}),
    )

    assert (await ask_open(desk.customer, with_it)).refusals("ticketCreate") == [
        ("REQUIRED", ["customFields", "order_no"])
    ]
    await opened(desk.customer, without)


@pytest.mark.usefixtures("way")
async def test_a_form_tells_what_it_needs_wherever_the_need_comes_from(desk: Desk) -> None:
    await define(desk, "TEXT", "order_no", isRequired=True)
    await define(desk, "TEXT", "note")
    fields = [{"name": name} for name in ("title", "body", "priority", "custom.order_no", "custom.note")]
    form = await make_form(desk, *fields)
    with_text = await make_form(
        desk, {"name": "title", "default": "Fault"}, {"name": "body", "default": "It stands"}
    )
    asked = "query($id: ID!) { form(id: $id) { fields { name isRequired } } }"

    async def needed(person: Person, form: dict[str, Any]) -> list[str]:
        shown = (await person.ask(asked, id=form["id"])).data["form"]["fields"]
        return [each["name"] for each in shown if each["isRequired"]]

    for person in (desk.customer, desk.agent):
        assert await needed(person, form) == ["title", "body", "custom.order_no"]
        assert await needed(person, with_text) == []
    order = {"customFields": [custom("order_no", text="7")]}
    for name in ("title", "body"):
        refused = await ask_open(desk.customer, form, **order, **{name: None})
        assert refused.refusals("ticketCreate") == [("REQUIRED", [name])], "as the form says"
    await opened(desk.customer, with_text, title=None, body=None)


async def test_tickets_of_a_form_are_listed_and_hold_it(desk: Desk) -> None:
    form = await make_form(desk, {"name": "title"})
    ticket = await opened(desk.customer, form)
    await opened(desk.customer, await make_form(desk))
    listed = "query($id: ID!) { tickets(filter: {form: {eq: $id}}) { nodes { id } } }"

    assert (await desk.founder.ask(listed, id=form["id"])).data["tickets"]["nodes"] == [{"id": ticket["id"]}]
    assert (await desk.admin.ask(DELETE, input={"id": form["id"]})).refusals("formDelete") == [
        ("CONFLICT", ["id"])
    ]


async def test_no_form_lets_customers_ask_in_anothers_name(desk: Desk) -> None:
    another = await desk.add("another", UserKind.CUSTOMER)
    form = await make_form(desk, {"name": "title"}, {"name": "requester", "default": another.id})

    assert (await read(desk, await opened(desk.customer, form)))["requester"] == {"id": desk.customer.id}
    assert (await read(desk, await opened(desk.agent, form)))["requester"] == {"id": another.id}


async def test_what_a_form_needs_is_told_with_everything_else_that_is_wrong(desk: Desk) -> None:
    await define(desk, "TEXT", "machine")
    form = await make_form(
        desk, {"name": "title"}, {"name": "body"}, {"name": "custom.machine", "requiredFor": "EVERYBODY"}
    )

    answer = await ask_open(desk.customer, form, title=None, body=None)

    assert [path for _, path in answer.refusals("ticketCreate")] == [
        ["title"],
        ["body"],
        ["customFields", "machine"],
    ]
