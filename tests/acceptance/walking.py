"""What walks through the products' documents are given: a helpdesk of the preset, its people, and what they do."""

from typing import Any

from core.testing import Desk, Person
from core.testing.desks import make_desk
from core.testing.serving import Served
from tests.notifications.telling import notifications, tell
from tests.tickets.making import STATUSES, TICKET, UNWATCH, WATCH, open_ticket
from tests.tickets.test_canned import RENDER

LIST = f"""query($filter: TicketFilter, $orderBy: [TicketOrder!]) {{
  tickets(filter: $filter, orderBy: $orderBy) {{ nodes {{ {TICKET} }} totalCount {{ value }} }} }}"""
MESSAGES = "query($id: ID!) { ticket(id: $id) { messages { nodes { bodyText visibility sender } } } }"
TIMELINE = """query($id: ID!) { ticket(id: $id) { timeline(first: 100) { nodes {
  ... on TicketEvent { type actor { id } via changes userAgent } ... on Message { bodyText } } }
  assignments { nodes { how by { id } fromUser { id } toUser { id } } } } }"""
MAY = "query($id: ID!) { ticket(id: $id) { permissions { canUpdate canAssign canReply canNote canDelete } } }"
USER_CREATE = """mutation($input: UserCreateInput!) { userCreate(input: $input) {
  user { id organization { id } } userErrors { code path } } }"""
USER_UPDATE = """mutation($input: UserUpdateInput!) { userUpdate(input: $input) {
  user { id organization { id } roles { key } } userErrors { code path } } }"""
ORGANIZATION = """mutation($input: OrganizationCreateInput!) { organizationCreate(input: $input) {
  organization { id } userErrors { code path } } }"""
OPTION = """mutation($input: OptionCreateInput!) { optionCreate(input: $input) {
  option { id label createdAt } userErrors { code path } } }"""
TAG = """mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code path } } }"""
ROLES = "{ roles { nodes { id key name ticketScope permissions } } }"
SETTINGS = """mutation($input: TicketSettingsUpdateInput!) { ticketSettingsUpdate(input: $input) {
  ticketSettings { version } userErrors { code path } } }"""


VIEWS = '{ views(first: 100) { nodes { id key label(locale: "zh-Hans") columns } } }'
FORMS = "{ forms { nodes { id key fields { name } } } }"
REPLIES = "{ cannedReplies { nodes { id name body } } }"


async def found(app: Served, preset: str) -> Desk:
    """A helpdesk of the preset, on its first day."""
    return await make_desk(app, preset=preset)


async def view(person: Person, key: str) -> dict[str, Any]:
    """A view that somebody finds, by its key."""
    nodes = (await person.ask(VIEWS)).data["views"]["nodes"]
    [one] = [each for each in nodes if each["key"] == key]
    return dict(one)


async def asks(person: Person, key: str) -> list[str]:
    """The fields that a form asks somebody for, in their order."""
    [form] = [each for each in (await person.ask(FORMS)).data["forms"]["nodes"] if each["key"] == key]
    return [each["name"] for each in form["fields"]]


async def from_template(person: Person, key: str, **given: Any) -> dict[str, Any]:
    """A ticket opened with a template."""
    [form] = [each for each in (await person.ask(FORMS)).data["forms"]["nodes"] if each["key"] == key]
    return await open_ticket(person, formId=form["id"], **given)


async def canned(person: Person, name: str, ticket: dict[str, Any]) -> str:
    """A canned reply, filled for a ticket."""
    [reply] = [
        each for each in (await person.ask(REPLIES)).data["cannedReplies"]["nodes"] if each["name"] == name
    ]
    filled = await do(person, RENDER, id=reply["id"], ticketId=ticket["id"])
    return str(filled["bodyText"])


async def titles(person: Person, filter: dict[str, Any], **given: Any) -> list[str]:
    """The titles that a list shows, in its order; its count agrees."""
    page = (await person.ask(LIST, filter=filter, **given)).data["tickets"]
    assert page["totalCount"]["value"] == len(page["nodes"])
    return [each["title"] for each in page["nodes"]]


async def sees(person: Person, *tickets: dict[str, Any]) -> list[bool]:
    """Which of these tickets somebody sees."""
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    nodes = (await person.ask(query, ids=[each["id"] for each in tickets])).data["nodes"]
    return [each is not None for each in nodes]


async def may(person: Person, ticket: dict[str, Any]) -> set[str]:
    """What somebody may do with a ticket, as in `update`."""
    given = (await person.ask(MAY, id=ticket["id"])).data["ticket"]["permissions"]
    return {name.removeprefix("can").lower() for name, allowed in given.items() if allowed}


async def said(person: Person, ticket: dict[str, Any]) -> list[str]:
    """What somebody reads of what was said."""
    nodes = (await person.ask(MESSAGES, id=ticket["id"])).data["ticket"]["messages"]["nodes"]
    return [each["bodyText"] for each in nodes]


async def history(person: Person, ticket: dict[str, Any]) -> dict[str, Any]:
    """The timeline and the moves of a ticket."""
    told: dict[str, Any] = (await person.ask(TIMELINE, id=ticket["id"])).data["ticket"]
    return told


async def worded(desk: Desk) -> dict[str, str]:
    """Ids of statuses by their Chinese labels, in order."""
    ask = STATUSES.replace("id key", 'id label(locale: "zh-Hans") key')
    nodes = (await desk.founder.ask(ask)).data["statuses"]["nodes"]
    return {each["label"]: each["id"] for each in sorted(nodes, key=lambda each: each["position"])}


async def role(desk: Desk, key: str) -> dict[str, Any]:
    """A role of the helpdesk."""
    nodes = (await desk.founder.ask(ROLES)).data["roles"]["nodes"]
    [one] = [each for each in nodes if each["key"] == key]
    return dict(one)


async def do(person: Person, document: str, **values: Any) -> dict[str, Any]:
    """A mutation that has to succeed: its payload."""
    answer = await person.ask(document, input=values)
    [(name, payload)] = answer.data.items()
    assert payload["userErrors"] == [], (name, payload)
    return dict(payload)


async def refusals(person: Person, document: str, **values: Any) -> list[str]:
    """The codes of a mutation that is refused."""
    answer = await person.ask(document, input=values)
    [payload] = answer.data.values()
    return [each["code"] for each in payload["userErrors"]]


async def star(person: Person, ticket: dict[str, Any], *, off: bool = False, kind: str = "FOLLOW") -> None:
    """Turn somebody's star on a ticket on or off."""
    await do(person, UNWATCH if off else WATCH, ticketId=ticket["id"], kind=kind)


async def told(desk: Desk, person: Person) -> list[tuple[str, str]]:
    """What somebody was told so far: kinds and tickets, newest first."""
    await tell(desk)
    return [(each["kind"], each["ticket"]["id"]) for each in await notifications(person)]
