"""Blocks of content, asked for and made."""

import secrets
from typing import Any

from core.testing import Answer, Desk, Person

BLOCK = "id key title bodyHtml audience position isActive version"
CREATE = f"""mutation($input: ContentBlockCreateInput!) {{ contentBlockCreate(input: $input) {{
  contentBlock {{ {BLOCK} }} userErrors {{ code path message }} }} }}"""
UPDATE = f"""mutation($input: ContentBlockUpdateInput!) {{ contentBlockUpdate(input: $input) {{
  contentBlock {{ {BLOCK} }} userErrors {{ code path message }} }} }}"""
DELETE = """mutation($input: ContentBlockDeleteInput!) { contentBlockDelete(input: $input) {
  deletedId userErrors { code path } } }"""
HELPDESK = "{ helpdesk { name locale timeZone logoUrl accentColor blocks { key title bodyHtml } } }"


async def make_block(person: Person, **values: Any) -> dict[str, Any]:
    """A block, as it is answered."""
    given = {
        "key": f"b_{secrets.token_hex(4)}",
        "title": "Opening hours",
        "body": "<p>Nine to five.</p>",
        **values,
    }
    made: dict[str, Any] = (await person.ask(CREATE, input=given)).payload("contentBlockCreate")[
        "contentBlock"
    ]
    return made


async def updated(person: Person, block: dict[str, Any], **values: Any) -> Answer:
    return await person.ask(UPDATE, input={"id": block["id"], **values})


async def shown_to(person: Person) -> list[str]:
    """The keys of the blocks on this person's pages."""
    found = (await person.ask(HELPDESK)).data["helpdesk"]
    return [each["key"] for each in found["blocks"]]


async def shown_to_visitors(desk: Desk) -> dict[str, Any]:
    """What a visitor at the desk's host name sees."""
    found: dict[str, Any] = (await desk.served.ask(HELPDESK, host=f"{desk.slug}.localhost")).data["helpdesk"]
    return found
