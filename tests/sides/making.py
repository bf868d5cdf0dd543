"""What tests of side threads are given, and the questions they ask."""

from typing import Any

from core.kit.context import UserKind
from core.testing import Answer, Desk, Person

THREAD = """id name ticket { id } creator { id } members { id } messages { nodes { bodyText bodyHtml author { id }
  authorName } }"""
ERRORS = "userErrors { code path message }"
BEGIN = f"""mutation($input: SideThreadCreateInput!) {{
  sideThreadCreate(input: $input) {{ sideThread {{ {THREAD} }} {ERRORS} }} }}"""
SAY = f"""mutation($input: SideThreadReplyInput!) {{
  sideThreadReply(input: $input) {{ message {{ id bodyText }} sideThread {{ {THREAD} }} {ERRORS} }} }}"""
ADD = f"""mutation($input: SideThreadMemberAddInput!) {{
  sideThreadMemberAdd(input: $input) {{ sideThread {{ {THREAD} }} {ERRORS} }} }}"""
REMOVE = f"""mutation($input: SideThreadMemberRemoveInput!) {{
  sideThreadMemberRemove(input: $input) {{ sideThread {{ {THREAD} }} {ERRORS} }} }}"""
RENAME = f"""mutation($input: SideThreadUpdateInput!) {{
  sideThreadUpdate(input: $input) {{ sideThread {{ {THREAD} }} {ERRORS} }} }}"""
DELETE = f"""mutation($input: SideThreadDeleteInput!) {{
  sideThreadDelete(input: $input) {{ deletedId {ERRORS} }} }}"""
READ = f"query($id: ID!) {{ sideThread(id: $id) {{ {THREAD} }} }}"
LIST = "{ sideThreads { nodes { id name } } }"
OF_TICKET = "query($id: ID!) { ticket(id: $id) { sideThreads { nodes { id name } } } }"


async def try_begin(person: Person, ticket: str, *members: Person, **values: Any) -> Answer:
    given = {"ticketId": ticket, "name": "Who pays?", "body": "Warranty?", **values}
    return await person.ask(BEGIN, input={"memberIds": [each.id for each in members], **given})


async def begin(person: Person, ticket: str, *members: Person, **values: Any) -> dict[str, Any]:
    """A side thread."""
    made: dict[str, Any] = (await try_begin(person, ticket, *members, **values)).payload("sideThreadCreate")
    return dict(made["sideThread"])


async def read(person: Person, thread: dict[str, Any]) -> dict[str, Any] | None:
    """The side thread, if this person reads it."""
    found: dict[str, Any] | None = (await person.ask(READ, id=thread["id"])).data["sideThread"]
    return found


async def names(person: Person) -> list[str]:
    """The names of the side threads that this person is in, the liveliest first."""
    return [each["name"] for each in (await person.ask(LIST)).data["sideThreads"]["nodes"]]


async def helper(desk: Desk, name: str = "Supplier") -> Person:
    """An external helper."""
    return await desk.add("helper", UserKind.EXTERNAL, name=name)
