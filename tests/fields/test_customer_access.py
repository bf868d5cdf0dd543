"""What customers and helpers may do with custom fields: an internal field is nowhere for them, whatever the way."""

from datetime import UTC, datetime
from typing import Any

import pytest

from core.fields.graphql.filters import CustomFieldValueFilter, CustomTextFilter
from core.identity.queries import find_bearer
from core.identity.tokens import hash_of
from core.kit.context import UserKind, acting_for
from core.kit.database import fetch
from core.kit.graph import Query
from core.kit.graph.filters import FILTERS
from core.kit.ids import key_of
from core.testing import Desk, Person
from tests.fields.shaping import VALUES, define, open_ticket, shown
from tests.forms.making import ask_open, custom, make_form, when

pytestmark = pytest.mark.usefixtures("way")
RISK, PRODUCT, ORDER = (
    custom("risk", optionKeys=["a"]),
    custom("product", text="x"),
    custom("order", text="y"),
)

READ = f"""query($id: ID!) {{
  ticket(id: $id) {{
    customFields {{ ...Values }} named: customFields(keys: ["risk", "product", "order"]) {{ ...Values }}
  }}
  tickets {{ nodes {{ customFields {{ ...Values }} }} }}
}} {VALUES}"""
DEFINED = "{ customFields { nodes { key } } options(filter: {list: {eq: FIELD}}) { nodes { key } } }"
UPDATE = """mutation($input: TicketUpdateInput!) {
  ticketUpdate(input: $input) { ticket { version } userErrors { code path message } } }"""
ACCESS = """mutation($input: CustomFieldUpdateInput!) {
  customFieldUpdate(input: $input) { customField { customerAccess } userErrors { code path message } } }"""
ONESELF = f"""mutation($input: UserUpdateInput!) {{
  userUpdate(input: $input) {{ user {{ customFields {{ ...Values }} }} userErrors {{ code path message }} }}
}} {VALUES}"""


async def fields_of_three_kinds(desk: Desk, object: str = "TICKET", **risk: Any) -> dict[str, Any]:
    """`risk` is internal, `product` read, `order` filled by customers."""
    return {
        "risk": await define(desk, "SELECT", "risk", object, customerAccess="NONE", **risk),
        "product": await define(desk, "TEXT", "product", object, customerAccess="READ"),
        "order": await define(desk, "TEXT", "order", object, customerAccess="EDIT"),
    }


async def filled(desk: Desk) -> str:
    answer = await open_ticket(
        desk.agent, ("risk", {"optionKeys": ["a"]}), ("product", {"text": "打印机"}), ("order", {"text": "7"}),
        requesterId=desk.customer.id,
    )  # fmt: skip
    return str(answer.payload("ticketCreate")["ticket"]["id"])


async def values_for(person: Person, ticket: str) -> list[dict[str, Any]]:
    data = (await person.ask(READ, id=ticket)).data
    named = {"customFields": data["ticket"]["named"]}
    return [shown(data["ticket"]), shown(named), *(shown(each) for each in data["tickets"]["nodes"])]


@pytest.mark.parametrize(
    ("object", "usual"), [("TICKET", "EDIT"), ("USER", "READ"), ("ORGANIZATION", "NONE")]
)
async def test_unless_told_customers_may_what_suits_the_object(desk: Desk, object: str, usual: str) -> None:
    field = await define(desk, "TEXT", object=object)

    asked = "query($id: ID!) { customField(id: $id) { customerAccess } }"
    assert (await desk.agent.ask(asked, id=field["id"])).data["customField"] == {"customerAccess": usual}


@pytest.mark.requirement("K4")
async def test_customers_and_helpers_read_no_value_of_an_internal_field(desk: Desk) -> None:
    await fields_of_three_kinds(desk)
    ticket = await filled(desk)
    helper = await desk.add("helper", UserKind.EXTERNAL)
    copy = "mutation($i: TicketWatchInput!) { ticketWatch(input: $i) { userErrors { code } } }"
    (await desk.agent.ask(copy, i={"ticketId": ticket, "userId": helper.id, "kind": "CC"})).payload(
        "ticketWatch"
    )

    whole = {"risk": ["a"], "product": "打印机", "order": "7"}
    assert await values_for(desk.agent, ticket) == [whole] * 3
    public = {"product": "打印机", "order": "7"}
    assert await values_for(desk.customer, ticket) == [public] * 3
    assert await values_for(helper, ticket) == [public] * 3


async def test_customers_do_not_find_an_internal_field_nor_its_options(desk: Desk) -> None:
    fields = await fields_of_three_kinds(desk)
    ids = [fields["risk"]["id"], fields["risk"]["options"]["nodes"][0]["id"], fields["order"]["id"]]

    staff = (await desk.agent.ask(DEFINED)).data
    assert [each["key"] for each in staff["customFields"]["nodes"]] == ["risk", "product", "order"]
    assert [each["key"] for each in staff["options"]["nodes"]] == ["a", "b", "c"]
    theirs = (await desk.customer.ask(DEFINED)).data
    assert [each["key"] for each in theirs["customFields"]["nodes"]] == ["product", "order"]
    assert theirs["options"]["nodes"] == []
    found = (await desk.customer.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)).data[
        "nodes"
    ]
    assert found == [None, None, {"id": ids[2]}]


async def test_customers_still_filter_by_options_of_lists(desk: Desk) -> None:
    await desk.open_ticket(requesterId=desk.customer.id)
    urgent = (await desk.agent.ask('{ options(filter: {key: {eq: "urgent"}}) { nodes { id } } }')).data
    key = urgent["options"]["nodes"][0]["id"]
    await desk.open_ticket("Urgent", requesterId=desk.customer.id, priorityId=key)

    asked = (
        "query($key: ID!) { tickets(filter: {priority: {eq: $key}}) { nodes { title priority { key } } } }"
    )
    found = (await desk.customer.ask(asked, key=key)).data["tickets"]["nodes"]
    assert found == [{"title": "Urgent", "priority": {"key": "urgent"}}]


@pytest.mark.parametrize(
    ("condition", "found"), [({"option": {"eq": "a"}}, 1), ({"option": {"isNull": True}}, 0)]
)
async def test_a_filter_by_an_internal_field_is_as_unknown_as_one_by_no_field(
    desk: Desk, condition: dict[str, Any], found: int
) -> None:
    await fields_of_three_kinds(desk)
    await filled(desk)
    asked = "query($f: CustomFieldValueFilter!) { tickets(filter: {customField: $f}) { nodes { id } } }"

    refused = await desk.customer.ask(asked, f={"key": "risk", **condition})
    unknown = await desk.customer.ask(asked, f={"key": "nothing", **condition})

    assert refused.codes == unknown.codes == ["BAD_FILTER"]
    messages = [each.body["errors"][0]["message"] for each in (refused, unknown)]
    assert messages[0] == messages[1].replace("nothing", "risk")
    by_staff = await desk.agent.ask(asked, f={"key": "risk", **condition})
    assert len(by_staff.data["tickets"]["nodes"]) == found
    seen = await desk.customer.ask(asked, f={"key": "product", "text": {"eq": "打印机"}})
    assert len(seen.data["tickets"]["nodes"]) == 1


async def test_customers_give_what_they_may_fill_and_nothing_else(desk: Desk) -> None:
    await fields_of_three_kinds(desk, isRequired=True)

    refused = await open_ticket(
        desk.customer, ("risk", {"optionKeys": ["a"]}), ("product", {"text": "x"}), ("nothing", {"text": "x"}),
        ("order", {"text": "7"}),
    )  # fmt: skip
    assert refused.refusals("ticketCreate") == [
        ("NOT_FOUND", ["customFields", "0", "key"]), ("FORBIDDEN", ["customFields", "1", "key"]),
        ("NOT_FOUND", ["customFields", "2", "key"]),
    ]  # fmt: skip
    messages = [each["message"] for each in refused.data["ticketCreate"]["userErrors"]]
    assert messages[0] == messages[2].replace("nothing", "risk")
    assert messages[1] == "The field Text is filled by the helpdesk; leave it out."
    assert (await desk.admin.ask("{ tickets { nodes { id } } }")).data["tickets"]["nodes"] == []

    made = await open_ticket(desk.customer, ("order", {"text": "7"}))
    assert shown(made.payload("ticketCreate")["ticket"]) == {"order": "7"}
    needed = await open_ticket(desk.agent, ("order", {"text": "7"}))
    assert needed.refusals("ticketCreate") == [("REQUIRED", ["customFields", "risk"])]


async def test_what_a_form_says_never_opens_an_internal_field(desk: Desk) -> None:
    await fields_of_three_kinds(desk, isRequired=True)
    of_risk = when("custom.risk", ["a"], "HAS_ANY")
    form = await make_form(
        desk, {"name": "custom.risk", "default": ["a"]}, {"name": "custom.product", "requiredFor": "EVERYBODY"},
        {"name": "custom.order"}, {"name": "priority", "showWhen": of_risk}, {"name": "type", "requireWhen": of_risk},
    )  # fmt: skip
    names = "query($id: ID!) { form(id: $id) { fields { name } } }"

    theirs = (await desk.customer.ask(names, id=form["id"])).data["form"]["fields"]
    assert [each["name"] for each in theirs] == ["custom.order"]
    staff = (await desk.agent.ask(names, id=form["id"])).data["form"]["fields"]
    assert len(staff) == 5
    for given in (custom("risk", optionKeys=["b"]), custom("product", text="x")):
        refused = await ask_open(desk.customer, form, customFields=[given])
        assert len(refused.refusals("ticketCreate")) == 1
    made = (await ask_open(desk.customer, form, customFields=[custom("order", text="7")])).payload(
        "ticketCreate"
    )

    assert [each["field"]["key"] for each in made["ticket"]["customFields"]] == ["order"]
    for_staff = (await desk.admin.ask(READ, id=made["ticket"]["id"])).data["ticket"]
    assert shown(for_staff) == {"order": "7", "risk": ["a"]}, "its default stands there all the same"


async def test_a_view_that_speaks_of_an_internal_field_is_the_staffs(desk: Desk) -> None:
    fields = await fields_of_three_kinds(desk)
    made = "mutation($i: ViewCreateInput!) { viewCreate(input: $i) { view { id } userErrors { code path } } }"
    plain = {"field": "title", "op": "IS", "value": "t"}
    for label, condition, columns in (
        ("tests it", {"and": [plain, {"not": when("custom.risk", ["a"], "HAS_ANY")}]}, ["title"]),
        ("shows it", plain, ["title", "custom.risk"]),
        ("speaks of others", when("custom.product", "打印机"), ["title", "custom.order"]),
    ):
        given = {"label": label, "visibility": "EVERYBODY", "condition": condition, "columns": columns}
        (await desk.admin.ask(made, i=given)).payload("viewCreate")
    listed = "{ views(filter: {isSystem: {eq: false}, key: {isNull: true}}) { nodes { label } } }"

    async def labels(person: Person) -> list[str]:
        return [each["label"] for each in (await person.ask(listed)).data["views"]["nodes"]]

    assert await labels(desk.agent) == ["tests it", "shows it", "speaks of others"]
    assert await labels(desk.customer) == ["speaks of others"]
    given = {"id": fields["product"]["id"], "customerAccess": "NONE"}
    (await desk.admin.ask(ACCESS, input=given)).payload("customFieldUpdate")
    assert await labels(desk.customer) == []


async def test_customers_hear_of_no_change_of_an_internal_field(desk: Desk) -> None:
    await fields_of_three_kinds(desk)
    ticket = await filled(desk)
    version = "query($id: ID!) { ticket(id: $id) { version updatedAt } }"

    async def set_to(**more: Any) -> None:
        (await desk.agent.ask(UPDATE, input={"id": ticket, **more})).payload("ticketUpdate")

    async def heard(person: Person) -> list[Any]:
        asked = '{ events(types: ["ticket.updated"]) { nodes { ... on TicketUpdated { changedFields changes } } } }'
        nodes: list[Any] = (await person.ask(asked)).data["events"]["nodes"]
        return nodes

    await set_to(dueAt="2026-12-24T08:00:00Z")  # and with the first change of all its status
    before, known = (await desk.customer.ask(version, id=ticket)).data, await heard(desk.customer)
    await set_to(customFields=[custom("risk", optionKeys=["b"])])
    assert (await desk.customer.ask(version, id=ticket)).data == before
    assert await heard(desk.customer) == known
    await set_to(title="Another", customFields=[custom("risk", optionKeys=["c"])])
    assert await heard(desk.customer) == [*known, {"changedFields": ["title"], "changes": None}]
    await set_to(customFields=[custom("product", text="扫描仪"), custom("risk", optionKeys=["a"])])
    assert (await heard(desk.customer))[-1] == {"changedFields": ["custom"], "changes": None}

    told = (await heard(desk.founder))[-3:]
    assert [each["changedFields"] for each in told] == [["custom"], ["title", "custom"], ["custom"]]
    kept = {"product": "打印机", "order": "7"}
    assert told[0]["changes"] == {"custom": [{**kept, "risk": ["a"]}, {**kept, "risk": ["b"]}]}
    assert (await desk.customer.ask(version, id=ticket)).data["ticket"]["version"] == 4


async def test_what_is_asked_again_and_again_by_a_field_is_asked_no_more_once_it_is_internal(
    desk: Desk,
) -> None:
    """As a subscription's filter is: checked when it begins, and put to every event."""
    fields = await fields_of_three_kinds(desk)
    ticket = await filled(desk)
    asked = FILTERS["Ticket"].input(
        custom_field=CustomFieldValueFilter(key="product", text=CustomTextFilter(eq="打印机"))
    )

    async def found(person: Person) -> int:
        bearer = await find_bearer(hash_of(person.token or ""), datetime.now(UTC))
        assert bearer is not None
        query = Query(viewer=bearer.viewer)
        term = FILTERS["Ticket"].compile(asked, query)
        with acting_for(desk.tenant_id):
            values = {**query.values, "tenant": desk.tenant_id, "id": key_of(ticket, "tkt")}
            return len(await fetch(f"select from tickets t where t.id = :id and {term}", values))

    assert (await found(desk.customer), await found(desk.agent)) == (1, 1)
    given = {"id": fields["product"]["id"], "customerAccess": "NONE"}
    (await desk.admin.ask(ACCESS, input=given)).payload("customFieldUpdate")
    assert (await found(desk.customer), await found(desk.agent)) == (0, 1)


async def test_people_fill_of_themselves_what_the_field_lets_them(desk: Desk) -> None:
    await fields_of_three_kinds(desk, "USER")
    given = {"customFields": [RISK, PRODUCT, ORDER]}
    (await desk.admin.ask(ONESELF, input={"id": desk.customer.id, **given})).payload("userUpdate")

    refused = await desk.customer.ask(ONESELF, input={"id": desk.customer.id, **given})
    own = {"id": desk.customer.id, "customFields": [custom("order", text="z")]}
    changed = (await desk.customer.ask(ONESELF, input=own)).payload("userUpdate")

    assert refused.refusals("userUpdate") == [
        ("NOT_FOUND", ["customFields", "0", "key"]), ("FORBIDDEN", ["customFields", "1", "key"])
    ]  # fmt: skip
    assert shown(changed["user"]) == {"product": "x", "order": "z"}
    of_agent = await desk.agent.ask(ONESELF, input={"id": desk.agent.id, "customFields": [ORDER]})
    assert of_agent.refusals("userUpdate") == [("FORBIDDEN", None)], "of staff it is the desk's to fill"


async def test_members_read_of_their_organisation_what_is_for_them_and_change_nothing(desk: Desk) -> None:
    internal = await define(desk, "TEXT", "contract", "ORGANIZATION")
    await define(desk, "TEXT", "level", "ORGANIZATION", customerAccess="READ")
    made = "mutation($i: OrganizationCreateInput!) { organizationCreate(input: $i) { organization { id } } }"
    given = {
        "name": "甲 Ltd",
        "customFields": [custom("contract", text="secret"), custom("level", text="gold")],
    }
    organization = (await desk.admin.ask(made, i=given)).data["organizationCreate"]["organization"]["id"]
    joined = {"id": desk.customer.id, "organizationId": organization}
    (await desk.admin.ask(ONESELF, input=joined)).payload("userUpdate")
    asked = f"{{ organizations {{ nodes {{ customFields {{ ...Values }} }} }} }} {VALUES}"

    theirs = (await desk.customer.ask(asked)).data["organizations"]["nodes"]
    refused = await desk.admin.ask(ACCESS, input={"id": internal["id"], "customerAccess": "EDIT"})

    assert [shown(each) for each in theirs] == [{"level": "gold"}]
    assert refused.refusals("customFieldUpdate") == [("INVALID", ["customerAccess"])]
    still = "query($id: ID!) { customField(id: $id) { customerAccess } }"
    assert (await desk.agent.ask(still, id=internal["id"])).data["customField"] == {"customerAccess": "NONE"}


async def test_what_is_made_internal_is_hidden_at_once(desk: Desk) -> None:
    fields = await fields_of_three_kinds(desk)
    ticket = await filled(desk)
    assert (await values_for(desk.customer, ticket))[0] == {"product": "打印机", "order": "7"}

    for access, left in (("NONE", {"product": "打印机"}), ("READ", {"product": "打印机", "order": "7"})):
        given = {"id": fields["order"]["id"], "customerAccess": access}
        changed = (await desk.admin.ask(ACCESS, input=given)).payload("customFieldUpdate")
        assert changed["customField"] == {"customerAccess": access}
        assert await values_for(desk.customer, ticket) == [left] * 3
