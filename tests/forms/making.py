"""What tests of forms are given, and the questions they ask."""

from typing import Any

from core.testing import Answer, Desk, Person

FORM = """id key label zh: label(locale: "zh-Hans") audience isActive position version fields { name isRequired default
  showWhen requireWhen visibleTo roleIds requiredFor requiredOn }"""
ERRORS = "userErrors { code path message }"
CREATE = (
    f"mutation($input: FormCreateInput!) {{ formCreate(input: $input) {{ form {{ {FORM} }} {ERRORS} }} }}"
)
UPDATE = (
    f"mutation($input: FormUpdateInput!) {{ formUpdate(input: $input) {{ form {{ {FORM} }} {ERRORS} }} }}"
)
DELETE = f"mutation($input: FormDeleteInput!) {{ formDelete(input: $input) {{ deletedId {ERRORS} }} }}"
SWITCH = """mutation($input: Form%sInput!) {
  form%s(input: $input) { form { isActive version } userErrors { code } } }"""
LIST = "{ forms { nodes { id key label fields { name } } } }"
OPEN = f"""mutation($input: TicketCreateInput!) {{ ticketCreate(input: $input) {{
  ticket {{ id title priority {{ key }} group {{ id }} assignee {{ id }} tags {{ name }} dueAt form {{ id }}
    lastMessage {{ bodyText }} customFields {{ field {{ key }} ... on CustomTextValue {{ text }}
      ... on CustomChoiceValue {{ options {{ key }} }} ... on CustomNumberValue {{ number }} }} }} {ERRORS} }} }}"""


async def make_form(
    desk: Desk, *fields: dict[str, Any], audience: str = "EVERYBODY", **values: Any
) -> dict[str, Any]:
    given = {"label": "Fault report", "audience": audience, "fields": list(fields), **values}
    made: dict[str, Any] = (await desk.admin.ask(CREATE, input=given)).payload("formCreate")["form"]
    return made


async def opened(person: Person, form: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The ticket that was opened with a form."""
    answer = await ask_open(person, form, **values)
    made: dict[str, Any] = answer.payload("ticketCreate")["ticket"]
    return made


async def ask_open(person: Person, form: dict[str, Any], **values: Any) -> Answer:
    given = {"title": "打印机坏了", "body": "help", **values}
    return await person.ask(
        OPEN, input={"formId": form["id"], **{name: each for name, each in given.items() if each is not None}}
    )


def custom(key: str, **value: Any) -> dict[str, Any]:
    return {"key": key, "value": value}


def when(field: str, value: Any, op: str = "IS") -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}
