"""Labels in several languages: read in one of them, and read back as they were written by who may write them."""

from typing import Any

import pytest

from core.testing import Desk, Person
from tests.fields.shaping import define, open_ticket

pytestmark = pytest.mark.usefixtures("way")

LABELS = [{"locale": "de", "label": "Wörter"}, {"locale": "zh-Hans", "label": "中文"}]
ASKED = """id label plain: label(locale: "und") german: label(locale: "de") labels { locale label }"""
STATUS = """key customerLabel customerZh: customerLabel(locale: "zh-Hans") customerPlain: customerLabel(locale: "und")
  customerLabels { locale label }"""
MADE = {
    "status": ("Status", {"key": "asked", "category": "OPEN"}),
    "option": ("Option", {"list": "TYPE", "key": "repair"}),
    "customField": ("CustomField", {"object": "TICKET", "key": "order", "kind": "TEXT"}),
    "form": ("Form", {"audience": "EVERYBODY", "fields": [{"name": "title"}]}),
    "view": ("View", {
        "visibility": "EVERYBODY", "condition": {"field": "title", "op": "IS", "value": "x"}, "columns": ["title"],
    }),
}  # fmt: skip


async def make(person: Person, root: str, **more: Any) -> Any:
    name, given = MADE[root]
    query = f"""mutation($input: {name}CreateInput!) {{
      {root}Create(input: $input) {{ {root} {{ {ASKED} }} userErrors {{ code path }} }} }}"""
    whole = {"label": "Words", "labels": LABELS, **given, **more}
    return (await person.ask(query, input=whole)).payload(f"{root}Create")[root]


@pytest.mark.parametrize("root", MADE)
async def test_who_may_write_labels_reads_them_back_as_they_were_written(desk: Desk, root: str) -> None:
    made = await make(desk.admin, root)
    one = {"id": made["id"], "label": "Words", "plain": "Words", "german": "Wörter"}
    query = f"query($id: ID!) {{ node(id: $id) {{ ... on {MADE[root][0]} {{ {ASKED} }} }} }}"

    assert made == {**one, "labels": LABELS}
    assert (await desk.admin.ask(query, id=made["id"])).data["node"] == {**one, "labels": LABELS}
    for person in (desk.agent, desk.customer):
        assert (await person.ask(query, id=made["id"])).data["node"] == {**one, "labels": None}


async def test_a_label_of_several_languages_is_given_in_the_callers_and_plain_where_that_is_asked_for(
    desk: Desk,
) -> None:
    made = await make(desk.admin, "option", labels=[{"locale": "en", "label": "In English"}, *LABELS])

    assert (made["label"], made["plain"], made["german"]) == ("In English", "Words", "Wörter")
    query = """mutation($input: OptionUpdateInput!) { optionUpdate(input: $input) { userErrors { code path } } }"""
    given = {"id": made["id"], "labels": [{"locale": "und", "label": "Of no language"}]}
    refused = await desk.admin.ask(query, input=given)
    assert refused.refusals("optionUpdate") == [("INVALID", ["labels", "0", "locale"])]


async def test_a_favourite_searchs_labels_are_read_back_by_its_owner(desk: Desk) -> None:
    made = await make(desk.agent, "view", visibility="PRIVATE")

    assert made["labels"] == LABELS


async def test_labels_that_come_with_custom_values_are_told_to_those_only_who_may_write_them(
    desk: Desk,
) -> None:
    """Definitions are kept, and the same for all."""
    await define(desk, "SELECT", "choice", labels=LABELS)
    made = await open_ticket(desk.agent, ("choice", {"optionKeys": ["a"]}), requesterId=desk.customer.id)
    query = """query($id: ID!) { ticket(id: $id) { customFields {
      field { labels { label } } ... on CustomChoiceValue { options { labels { label } } } } } }"""
    ticket = made.payload("ticketCreate")["ticket"]["id"]

    async def told(person: Person) -> Any:
        (value,) = (await person.ask(query, id=ticket)).data["ticket"]["customFields"]
        return value["field"]["labels"], value["options"][0]["labels"]

    for _ in range(2):
        assert await told(desk.customer) == (None, None)
        assert await told(desk.admin) == ([{"label": "Wörter"}, {"label": "中文"}], [])
        assert await told(desk.agent) == (None, None)


async def test_what_customers_read_of_a_status_is_read_in_any_language_and_read_back(desk: Desk) -> None:
    await make(desk.admin, "status", customerLabel="In good hands", customerLabels=LABELS)
    query = f"{{ statuses(last: 1) {{ nodes {{ {STATUS} }} }} }}"
    one = {
        "key": "asked", "customerLabel": "In good hands", "customerZh": "中文", "customerPlain": "In good hands",
    }  # fmt: skip
    nothing = dict.fromkeys(one) | {"key": "asked", "customerLabels": None}

    async def read(person: Person) -> Any:
        return (await person.ask(query)).data["statuses"]["nodes"][0]

    assert await read(desk.admin) == {**one, "customerLabels": LABELS}
    assert await read(desk.agent) == {**one, "customerLabels": None}
    assert await read(desk.customer) == nothing
    unknown = '{ statuses(last: 1) { nodes { customerLabel(locale: "!") } } }'
    assert (await desk.admin.ask(unknown)).codes == ["BAD_ARGUMENT"]
