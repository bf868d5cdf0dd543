"""How tests define fields and read values."""

from typing import Any

from core.testing import Answer, Desk, Person

FIELD = "id key kind label isRequired isActive position version options { nodes { id key parent { key } } }"
CREATE = f"""mutation($input: CustomFieldCreateInput!) {{
  customFieldCreate(input: $input) {{ customField {{ {FIELD} }} userErrors {{ code path message }} }}
}}"""
OPTION_CREATE = """mutation($input: OptionCreateInput!) {
  optionCreate(input: $input) {
    option { id key label color position isDefault isActive version parent { key } field { key } }
    userErrors { code path message }
  }
}"""
VALUES = """fragment Values on CustomFieldValue {
  field { key }
  ... on CustomTextValue { text } ... on CustomNumberValue { number } ... on CustomBooleanValue { boolean }
  ... on CustomDateTimeValue { dateTime } ... on CustomChoiceValue { options { key } }
}"""
TICKET_CREATE = f"""mutation($input: TicketCreateInput!) {{
  ticketCreate(input: $input) {{ ticket {{ id customFields {{ ...Values }} }} userErrors {{ code path message }} }}
}} {VALUES}"""
CASCADE = [
    {"key": "hardware", "label": "硬件", "children": [
        {"key": "printer", "label": "打印机", "children": [{"key": "jam", "label": "卡纸"}]},
        {"key": "screen", "label": "Screen"},
    ]},
    {"key": "software", "label": "Software"},
]  # fmt: skip
CHOICES = [
    {"key": "a", "label": "A"},
    {"key": "b", "label": "乙"},
    {"key": "c", "label": "C", "color": "#ABCDEF"},
]
KINDS = {
    "TEXT": None, "MULTILINE": None, "DATE": None, "TIME": None, "DATETIME": None, "NUMBER": None,
    "POSITIVE_INTEGER": None, "LINK": None, "BOOLEAN": None, "SELECT": CHOICES, "RADIO": CHOICES,
    "MULTISELECT": CHOICES, "CHECKBOX": CHOICES, "CASCADE": CASCADE,
}  # fmt: skip


async def define(desk: Desk, kind: str, key: str = "", object: str = "TICKET", **more: Any) -> Any:
    """A custom field of this kind, with options where it needs some."""
    given = {
        "object": object,
        "key": key or kind.lower(),
        "label": kind.title(),
        "kind": kind,
        "options": KINDS[kind],
    }
    answer = await desk.admin.ask(CREATE, input={**given, **more})
    return answer.payload("customFieldCreate")["customField"]


async def define_all(desk: Desk, object: str = "TICKET") -> dict[str, Any]:
    """One field of every kind, keyed by the kind in small letters."""
    return {kind.lower(): await define(desk, kind, object=object) for kind in KINDS}


async def open_ticket(person: Person, *values: tuple[str, Any], **more: Any) -> Answer:
    """Open a ticket with these custom values."""
    fields = [{"key": key, "value": value} for key, value in values]
    return await person.ask(TICKET_CREATE, input={"title": "t", "body": "b", "customFields": fields, **more})


def shown(ticket: Any) -> dict[str, Any]:
    """The values of a ticket by key, whatever their form; choices as keys."""
    found = {}
    for value in ticket["customFields"]:
        rest = [each for name, each in value.items() if name != "field"]
        assert len(rest) == 1
        found[value["field"]["key"]] = [o["key"] for o in rest[0]] if isinstance(rest[0], list) else rest[0]
    return found
