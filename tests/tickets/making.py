"""What tests of tickets are given: groups with people, tickets, and the questions asked of them."""

from typing import Any

from core.testing import Answer, Desk, Person

TICKET = """id number title state version statusCategory status { key } group { id } assignee { id } priority { key }
  type { key } requester { id } creator { id } organization { id } tags { name } firstReplyAt lastAgentAt
  lastCustomerAt solvedAt closedAt deletedAt suspendedAt suspendReason disposition
  releaseCount dueAt updatedAt"""
ERRORS = """userErrors { code path message
  ... on VersionConflictError { current { id ... on Ticket { title version } } } }"""
CREATE = f"mutation($input: TicketCreateInput!) {{ ticketCreate(input: $input) {{ ticket {{ {TICKET} }} {ERRORS} }} }}"
UPDATE = f"mutation($input: TicketUpdateInput!) {{ ticketUpdate(input: $input) {{ ticket {{ {TICKET} }} {ERRORS} }} }}"
REPLY = f"""mutation($input: TicketReplyInput!) {{ ticketReply(input: $input) {{
  ticket {{ {TICKET} }} message {{ id bodyText bodyHtml sender visibility author {{ id }} }} {ERRORS} }} }}"""
DELETE = f"mutation($input: TicketDeleteInput!) {{ ticketDelete(input: $input) {{ ticket {{ {TICKET} }} {ERRORS} }} }}"
RESTORE = f"""mutation($input: TicketRestoreInput!) {{ ticketRestore(input: $input) {{
  ticket {{ {TICKET} }} {ERRORS} }} }}"""
SUSPEND = f"""mutation($input: TicketSuspendInput!) {{ ticketSuspend(input: $input) {{
  ticket {{ {TICKET} }} {ERRORS} }} }}"""
ADMIT = f"mutation($input: TicketAdmitInput!) {{ ticketAdmit(input: $input) {{ ticket {{ {TICKET} }} {ERRORS} }} }}"
SETTINGS = """mutation($input: TicketSettingsUpdateInput!) { ticketSettingsUpdate(input: $input) {
  ticketSettings { id agentsOpenTickets purgeDeletedDays purgeSuspendedDays releasesOverdue letsReclaim
  invalidAfterReleases holdsParents version }
  userErrors { code path message } } }"""
_MOVED = f"ticket {{ {TICKET} }} {ERRORS}"
ASSIGN = f"mutation($input: TicketAssignInput!) {{ ticketAssign(input: $input) {{ {_MOVED} }} }}"
CLAIM = f"mutation($input: TicketClaimInput!) {{ ticketClaim(input: $input) {{ {_MOVED} }} }}"
TRANSFER = f"mutation($input: TicketTransferInput!) {{ ticketTransfer(input: $input) {{ {_MOVED} }} }}"
RELEASE = f"mutation($input: TicketReleaseInput!) {{ ticketRelease(input: $input) {{ {_MOVED} }} }}"
INVALIDATE = f"mutation($input: TicketInvalidateInput!) {{ ticketInvalidate(input: $input) {{ {_MOVED} }} }}"
MERGE = f"mutation($input: TicketMergeInput!) {{ ticketMerge(input: $input) {{ {_MOVED} }} }}"
SPLIT = f"mutation($input: TicketSplitInput!) {{ ticketSplit(input: $input) {{ {_MOVED} }} }}"
LINK = f"""mutation($input: TicketLinkInput!) {{ ticketLink(input: $input) {{
  link {{ id kind fromTicket {{ id }} toTicket {{ id }} }} {ERRORS} }} }}"""
UNLINK = f"mutation($input: TicketUnlinkInput!) {{ ticketUnlink(input: $input) {{ deletedId {ERRORS} }} }}"
WATCH = f"""mutation($input: TicketWatchInput!) {{ ticketWatch(input: $input) {{
  watch {{ id kind user {{ id }} }} ticket {{ id }} {ERRORS} }} }}"""
UNWATCH = (
    f"mutation($input: TicketUnwatchInput!) {{ ticketUnwatch(input: $input) {{ ticket {{ id }} {ERRORS} }} }}"
)
READ = f"query($id: ID!) {{ ticket(id: $id) {{ {TICKET} }} }}"
GROUP = (
    "mutation($input: GroupCreateInput!) { groupCreate(input: $input) { group { id } userErrors { code } } }"
)
MEMBER = """mutation($input: GroupMemberAddInput!) { groupMemberAdd(input: $input) {
  membership { id } userErrors { code } } }"""
STATUSES = "{ statuses { nodes { id key category isDefault isAgentSelectable isActive position version } } }"


async def make_group(desk: Desk, name: str, *people: Person, preferred_by: Person | None = None) -> str:
    """A group with members."""
    answer = await desk.founder.ask(GROUP, input={"name": name})
    group = str(answer.payload("groupCreate")["group"]["id"])
    for person in people:
        values = {"groupId": group, "userId": person.id, "isPreferred": person is preferred_by}
        (await desk.founder.ask(MEMBER, input=values)).payload("groupMemberAdd")
    return group


async def open_ticket(person: Person, **values: Any) -> dict[str, Any]:
    """A ticket opened by this person."""
    answer = await person.ask(CREATE, input={"title": "打印机 jams", "body": "help", **values})
    made: dict[str, Any] = answer.payload("ticketCreate")["ticket"]
    return made


async def update(person: Person, ticket: dict[str, Any], **values: Any) -> Answer:
    return await person.ask(UPDATE, input={"id": ticket["id"], **values})


async def updated(person: Person, ticket: dict[str, Any], **values: Any) -> dict[str, Any]:
    found: dict[str, Any] = (await update(person, ticket, **values)).payload("ticketUpdate")["ticket"]
    return found


async def reply(person: Person, ticket: dict[str, Any], body: str | None = "hello", **values: Any) -> Answer:
    return await person.ask(REPLY, input={"id": ticket["id"], "body": body, **values})


async def replied(
    person: Person, ticket: dict[str, Any], body: str = "hello", **values: Any
) -> dict[str, Any]:
    """The ticket after the reply."""
    found: dict[str, Any] = (await reply(person, ticket, body, **values)).payload("ticketReply")["ticket"]
    return found


async def done(person: Person, document: str, ticket: dict[str, Any], **values: Any) -> dict[str, Any]:
    """The ticket after a mutation of it that has to succeed."""
    answer = await person.ask(document, input={"id": ticket["id"], **values})
    [(name, payload)] = answer.data.items()
    assert payload["userErrors"] == [], (name, payload)
    found: dict[str, Any] = payload["ticket"]
    return found


async def refused(person: Person, document: str, ticket: dict[str, Any], **values: Any) -> list[Any]:
    """Codes and paths of a mutation of the ticket."""
    answer = await person.ask(document, input={"id": ticket["id"], **values})
    [name] = answer.data
    return answer.refusals(name)


async def read(desk: Desk, ticket: dict[str, Any]) -> dict[str, Any]:
    """The ticket as the founder sees it."""
    found: dict[str, Any] = (await desk.founder.ask(READ, id=ticket["id"])).data["ticket"]
    return found


async def statuses(desk: Desk) -> dict[str, str]:
    """Status ids by key."""
    nodes = (await desk.founder.ask(STATUSES)).data["statuses"]["nodes"]
    return {each["key"]: each["id"] for each in nodes}


async def options(desk: Desk, name: str) -> dict[str, str]:
    """Ids of an option list by key."""
    query = "query($list: OptionList!) { options(filter: {list: {eq: $list}}) { nodes { id key } } }"
    nodes = (await desk.founder.ask(query, list=name)).data["options"]["nodes"]
    return {each["key"]: each["id"] for each in nodes}
