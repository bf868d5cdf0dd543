"""Values of custom fields on objects, through the API."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.kit.database import Reach, fetch, transaction
from core.testing import Desk
from tests.fields.shaping import TICKET_CREATE, VALUES, define, define_all, open_ticket, shown

_words = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=60)
_moments = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)).map(
    lambda moment: moment.replace(tzinfo=timezone(timedelta(hours=8)))
)
_subsets = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)
_paths = st.sampled_from(
    [["hardware"], ["hardware", "printer"], ["hardware", "printer", "jam"], ["software"]]
)


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


FORMS: dict[str, st.SearchStrategy[tuple[dict[str, Any], Any]]] = {
    "text": _words.map(lambda text: ({"text": text}, text)),
    "multiline": st.lists(_words, min_size=1, max_size=4).map(
        lambda lines: ({"text": "\n".join(lines)}, "\n".join(lines))
    ),
    "date": st.dates().map(lambda day: ({"text": day.isoformat()}, day.isoformat())),
    "time": st.times()
    .map(lambda moment: moment.replace(microsecond=0))
    .map(lambda moment: ({"text": moment.isoformat("seconds")}, moment.isoformat())),
    "datetime": _moments.map(lambda moment: ({"dateTime": moment.isoformat()}, _instant(moment))),
    "number": st.floats(allow_nan=False, allow_infinity=False).map(
        lambda number: ({"number": number}, number)
    ),
    "positive_integer": st.integers(1, 2**53).map(lambda number: ({"number": number}, number)),
    "link": _words.map(lambda text: f"https://例子.example/{text.replace('/', '-')}").map(
        lambda link: ({"text": link}, link)
    ),
    "boolean": st.booleans().map(lambda value: ({"boolean": value}, value)),
    "select": st.sampled_from("abc").map(lambda key: ({"optionKeys": [key]}, [key])),
    "radio": st.sampled_from("abc").map(lambda key: ({"optionKeys": [key]}, [key])),
    "multiselect": _subsets.map(lambda keys: ({"optionKeys": keys}, keys)),
    "checkbox": _subsets.map(lambda keys: ({"optionKeys": keys}, keys)),
    "cascade": _paths.map(lambda path: ({"optionKeys": path}, path)),
}


@given(values=st.fixed_dictionaries({}, optional=FORMS))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.requirement("E13", "K1")
async def test_every_kind_keeps_what_it_is_given(desk: Desk, values: dict[str, tuple[Any, Any]]) -> None:
    if not (await desk.admin.ask("{ customFields(first: 1) { nodes { id } } }")).data["customFields"][
        "nodes"
    ]:
        await define_all(desk)

    answer = await open_ticket(desk.agent, *((key, value) for key, (value, _) in values.items()))

    ticket = answer.payload("ticketCreate")["ticket"]
    assert shown(ticket) == {key: kept for key, (_, kept) in values.items()}


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        ("TEXT", {"number": 1}, "INVALID"),
        ("TEXT", {"optionKeys": ["a"]}, "INVALID"),
        ("TEXT", {"text": "x" * 401}, "TOO_LONG"),
        ("MULTILINE", {"text": "x" * 20_001}, "TOO_LONG"),
        ("DATE", {"text": "2026-02-30"}, "INVALID"),
        ("DATE", {"text": "tomorrow"}, "INVALID"),
        ("DATE", {"dateTime": "2026-01-01T00:00:00Z"}, "INVALID"),
        ("TIME", {"text": "25:00"}, "INVALID"),
        ("TIME", {"text": "8:30"}, "INVALID"),
        ("DATETIME", {"text": "2026-01-01T00:00:00Z"}, "INVALID"),
        ("NUMBER", {"text": "1"}, "INVALID"),
        ("POSITIVE_INTEGER", {"number": 0}, "INVALID"),
        ("POSITIVE_INTEGER", {"number": -3}, "INVALID"),
        ("POSITIVE_INTEGER", {"number": 1.5}, "INVALID"),
        ("POSITIVE_INTEGER", {"number": 1e300}, "INVALID"),
        ("LINK", {"text": "javascript:alert(1)"}, "INVALID"),
        ("LINK", {"text": "https://"}, "INVALID"),
        ("LINK", {"text": "https://[::1"}, "INVALID"),
        ("LINK", {"text": "https://a.example/ b"}, "INVALID"),
        ("BOOLEAN", {"text": "yes"}, "INVALID"),
        ("SELECT", {"optionKeys": ["a", "b"]}, "INVALID"),
        ("RADIO", {"optionKeys": ["z"]}, "NOT_FOUND"),
        ("MULTISELECT", {"optionKeys": ["a", "z"]}, "NOT_FOUND"),
        ("CHECKBOX", {"text": "a"}, "INVALID"),
        ("CASCADE", {"optionKeys": ["printer"]}, "INVALID"),
        ("CASCADE", {"optionKeys": ["hardware", "jam"]}, "INVALID"),
        ("CASCADE", {"optionKeys": ["software", "printer"]}, "INVALID"),
        ("CASCADE", {"optionKeys": ["hardware", "hardware"]}, "INVALID"),
        ("CASCADE", {"optionKeys": ["hardware", "nothing"]}, "NOT_FOUND"),
    ],
)
async def test_a_wrong_value_is_refused_where_it_stands(desk: Desk, kind: str, value: Any, code: str) -> None:
    await define(desk, "TEXT", "before")
    await define(desk, kind, "wrong")

    answer = await open_ticket(desk.agent, ("before", {"text": "fine"}), ("wrong", value))

    assert answer.refusals("ticketCreate") == [(code, ["customFields", "1", "value"])]
    assert answer.data["ticketCreate"]["ticket"] is None
    assert (await desk.admin.ask("{ tickets { nodes { id } } }")).data["tickets"]["nodes"] == []


async def test_all_wrong_values_are_told_at_once(desk: Desk) -> None:
    await define(desk, "NUMBER")

    answer = await open_ticket(desk.agent, ("number", {"text": "1"}), ("nothing", {"text": "1"}))

    assert answer.refusals("ticketCreate") == [
        ("INVALID", ["customFields", "0", "value"]),
        ("NOT_FOUND", ["customFields", "1", "key"]),
    ]


async def test_a_required_field_is_asked_for_and_cannot_be_emptied(desk: Desk) -> None:
    await define(desk, "TEXT", "order_no", isRequired=True)

    missing = await open_ticket(desk.customer)
    ticket = (await open_ticket(desk.agent, ("order_no", {"text": "A-1"}))).payload("ticketCreate")["ticket"]
    update = (
        "mutation($input: TicketUpdateInput!) { ticketUpdate(input: $input) { userErrors { code path } } }"
    )
    emptied = await desk.agent.ask(
        update, input={"id": ticket["id"], "customFields": [{"key": "order_no", "value": None}]}
    )

    assert missing.refusals("ticketCreate") == [("REQUIRED", ["customFields", "order_no"])]
    assert emptied.refusals("ticketUpdate") == [("REQUIRED", ["customFields", "0", "value"])]


async def test_values_are_listed_in_the_order_of_forms_and_by_key_in_the_order_asked(desk: Desk) -> None:
    await define(desk, "TEXT", "last", position=9)
    await define(desk, "TEXT", "first", position=1)
    await define(desk, "TEXT", "empty", position=5)
    ticket = (await open_ticket(desk.agent, ("last", {"text": "l"}), ("first", {"text": "f"}))).payload(
        "ticketCreate"
    )["ticket"]

    query = f"""query($id: ID!) {{ ticket(id: $id) {{
      all: customFields {{ ...Values }} some: customFields(keys: ["last", "empty", "nothing", "last"]) {{ ...Values }}
    }} }} {VALUES}"""
    found = (await desk.agent.ask(query, id=ticket["id"])).data["ticket"]

    assert [value["field"]["key"] for value in found["all"]] == ["first", "last"]
    assert [(value["field"]["key"], value["text"]) for value in found["some"]] == [
        ("last", "l"),
        ("empty", None),
    ]


async def test_what_is_archived_stays_readable_and_cannot_be_chosen(desk: Desk) -> None:
    field = await define(desk, "SELECT", "product")
    ticket = (await open_ticket(desk.agent, ("product", {"optionKeys": ["a"]}))).payload("ticketCreate")[
        "ticket"
    ]
    option = next(each for each in field["options"]["nodes"] if each["key"] == "a")
    read = f"""query($id: ID!, $keys: [String!]) {{
      ticket(id: $id) {{ customFields(keys: $keys) {{ ...Values }} }} }} {VALUES}"""

    archive = "mutation($input: OptionArchiveInput!) { optionArchive(input: $input) { userErrors { code } } }"
    (await desk.admin.ask(archive, input={"id": option["id"]})).payload("optionArchive")
    assert shown((await desk.agent.ask(read, id=ticket["id"])).data["ticket"]) == {"product": ["a"]}
    again = await open_ticket(desk.agent, ("product", {"optionKeys": ["a"]}))
    assert again.refusals("ticketCreate") == [("NOT_FOUND", ["customFields", "0", "value"])]

    archive = "mutation($input: CustomFieldArchiveInput!) { customFieldArchive(input: $input) { userErrors { code } } }"
    (await desk.admin.ask(archive, input={"id": field["id"]})).payload("customFieldArchive")
    assert shown((await desk.agent.ask(read, id=ticket["id"])).data["ticket"]) == {}
    assert shown((await desk.agent.ask(read, id=ticket["id"], keys=["product"])).data["ticket"]) == {
        "product": ["a"]
    }
    again = await open_ticket(desk.agent, ("product", {"optionKeys": ["b"]}))
    assert again.refusals("ticketCreate") == [("NOT_FOUND", ["customFields", "0", "key"])]


async def test_two_desks_have_fields_of_their_own(desk: Desk, other: Desk) -> None:
    field = await define(desk, "SELECT", "product")
    await define(other, "NUMBER", "product")

    found = await other.founder.ask(
        "query($id: ID!) { node(id: $id) { id } customField(id: $id) { id } }", id=field["id"]
    )
    ticket = (await open_ticket(other.agent, ("product", {"number": 2}))).payload("ticketCreate")["ticket"]

    assert found.data == {"node": None, "customField": None}
    assert shown(ticket) == {"product": 2}


async def test_a_page_of_tickets_reads_no_definitions_that_are_kept(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    await define(desk, "MULTISELECT", "product")
    for keys in (["a"], ["b"], ["a", "c"], ["c"]):
        (await open_ticket(desk.agent, ("product", {"optionKeys": keys}))).payload("ticketCreate")
    asked: list[str] = []

    async def counted(text: str, *args: Any, **kwargs: Any) -> Any:
        asked.append(text)
        return await fetch(text, *args, **kwargs)

    page = f"{{ tickets {{ nodes {{ customFields {{ ...Values }} }} }} }} {VALUES}"
    await desk.agent.ask(page)
    monkeypatch.setattr("core.fields.graphql.loading.fetch", counted)
    answer = await desk.agent.ask(page)

    assert [len(shown(node)["product"]) for node in answer.data["tickets"]["nodes"]] == [1, 2, 1, 1]
    assert asked == []


async def test_what_is_kept_of_people_and_companies_is_for_those_who_may_read_it(desk: Desk) -> None:
    await define(desk, "TEXT", "note", object="USER")
    await define(desk, "TEXT", "contract", object="ORGANIZATION")
    organization = desk.tenant_id  # any key will do
    async with transaction(Reach.SYSTEM):
        await fetch(
            "insert into organizations (id, tenant_id, created_at, updated_at, version, name, shares_tickets, custom)"
            " values (:id, :tenant, now(), now(), 1, 'Acme', true, '{\"contract\": \"gold\"}')",
            {"id": organization, "tenant": desk.tenant_id}, reach=Reach.SYSTEM,
        )  # fmt: skip
        await fetch(
            "update users set custom = '{\"note\": \"vip\"}', organization_id = :organization"
            " where tenant_id = :tenant and kind = 'CUSTOMER' or id = :agent",
            {"tenant": desk.tenant_id, "organization": organization, "agent": desk.agent.key}, reach=Reach.SYSTEM,
        )  # fmt: skip
    query = f"""query($agent: ID!, $customer: ID!) {{
      agent: user(id: $agent) {{ customFields {{ ...Values }} }}
      customer: user(id: $customer) {{ customFields {{ ...Values }} organization {{ customFields {{ ...Values }} }} }}
    }} {VALUES}"""

    staff = (await desk.agent.ask(query, agent=desk.agent.id, customer=desk.customer.id)).data
    asker = (await desk.customer.ask(query, agent=desk.agent.id, customer=desk.customer.id)).data

    assert (shown(staff["agent"]), shown(staff["customer"])) == ({"note": "vip"}, {"note": "vip"})
    assert shown(staff["customer"]["organization"]) == {"contract": "gold"}
    assert (shown(asker["agent"]), shown(asker["customer"])) == ({}, {"note": "vip"})
    assert shown(asker["customer"]["organization"]) == {}


async def test_too_many_values_are_refused(desk: Desk) -> None:
    answer = await desk.agent.ask(
        TICKET_CREATE, input={"title": "t", "body": "b", "customFields": [{"key": "x", "value": None}] * 201}
    )

    assert answer.refusals("ticketCreate") == [("LIMIT_EXCEEDED", ["customFields"])]


@pytest.mark.parametrize(("number", "told"), [(0, "0"), (-3, "-3"), (1.5, "1.5"), (-7.0, "-7")])
async def test_a_refused_number_is_told_as_people_write_it(desk: Desk, number: float, told: str) -> None:
    await define(desk, "POSITIVE_INTEGER")

    answer = await open_ticket(desk.admin, ("positive_integer", {"number": number}))

    [refusal] = answer.data["ticketCreate"]["userErrors"]
    assert told in refusal["message"].split() or f"{told} " in refusal["message"]
    assert ".0" not in refusal["message"]
