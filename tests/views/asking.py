"""What tests of views are given, and the questions they ask."""

from typing import Any

from core.testing import Answer, Person

VIEW = """id key label zh: label(locale: "zh-Hans") visibility isSystem owner { id } roles { key } groups { name }
  condition conditionFields columns orderBy { field direction } position version"""
ERRORS = "userErrors { code path message }"
CREATE = (
    f"mutation($input: ViewCreateInput!) {{ viewCreate(input: $input) {{ view {{ {VIEW} }} {ERRORS} }} }}"
)
UPDATE = (
    f"mutation($input: ViewUpdateInput!) {{ viewUpdate(input: $input) {{ view {{ {VIEW} }} {ERRORS} }} }}"
)
DELETE = f"mutation($input: ViewDeleteInput!) {{ viewDelete(input: $input) {{ deletedId {ERRORS} }} }}"
REORDER = f"mutation($input: ViewReorderInput!) {{ viewReorder(input: $input) {{ view {{ id }} {ERRORS} }} }}"
LIST = "{ views(first: 100) { nodes { id key label count { value exact } } } }"
PAGE = """query($id: ID!, $first: Int, $after: String, $order: [TicketOrder!]) { view(id: $id) { count { value exact }
  tickets(first: $first, after: $after, orderBy: $order) {
    nodes { title assignee { name } } pageInfo { hasNextPage endCursor } totalCount { value } } } }"""
EVERYTHING: dict[str, Any] = {"and": []}


def is_(field: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": "IS", "value": value}


async def counts(person: Person) -> dict[str, int]:
    """How many tickets each view lists for somebody, by its key, or label where it has none."""
    nodes = (await person.ask(LIST)).data["views"]["nodes"]
    return {each["key"] or each["label"]: each["count"]["value"] for each in nodes}


async def view_ids(person: Person) -> dict[str, str]:
    nodes = (await person.ask(LIST)).data["views"]["nodes"]
    return {each["key"] or each["label"]: each["id"] for each in nodes}


async def titles(person: Person, view: str, **more: Any) -> list[str]:
    """What a view lists for somebody, by its id."""
    found = (await person.ask(PAGE, id=view, **more)).data["view"]
    return [each["title"] for each in found["tickets"]["nodes"]]


async def make_view(person: Person, condition: Any = None, **values: Any) -> dict[str, Any]:
    given = {"label": "Mine", "condition": EVERYTHING if condition is None else condition, **values}
    made: dict[str, Any] = (await person.ask(CREATE, input=given)).payload("viewCreate")["view"]
    return made


async def refused(person: Person, condition: Any, **values: Any) -> Answer:
    return await person.ask(CREATE, input={"label": "Mine", "condition": condition, **values})
