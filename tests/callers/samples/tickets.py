"""Samples of the mutations of tickets, their watchers, tags and statuses."""

from typing import Any

from core.testing import Desk
from tests.callers.sample import Sample
from tests.callers.samples.groups import ADD, a_group

_OPEN = "mutation($input: TicketCreateInput!) { ticketCreate(input: $input) { ticket { id } userErrors { code } } }"
_DELETE = "mutation($input: TicketDeleteInput!) { ticketDelete(input: $input) { ticket { id } userErrors { code } } }"
_SUSPEND = """mutation($input: TicketSuspendInput!) { ticketSuspend(input: $input) {
  ticket { id } userErrors { code } } }"""
_CANNED = """mutation($input: CannedReplyCreateInput!) { cannedReplyCreate(input: $input) {
  cannedReply { id } userErrors { code } } }"""
_SAY = "mutation($input: TicketReplyInput!) { ticketReply(input: $input) { message { id } userErrors { code } } }"
_LINK = "mutation($input: TicketLinkInput!) { ticketLink(input: $input) { link { id } userErrors { code } } }"
_CLAIM = (
    "mutation($input: TicketClaimInput!) { ticketClaim(input: $input) { ticket { id } userErrors { code } } }"
)
_WATCH = (
    "mutation($input: TicketWatchInput!) { ticketWatch(input: $input) { watch { id } userErrors { code } } }"
)
_TAG = "mutation($input: TagCreateInput!) { tagCreate(input: $input) { tag { id } userErrors { code } } }"
_STATUSES = "{ statuses(filter: {category: {eq: PENDING}}) { nodes { id } } }"


async def a_ticket(desk: Desk) -> str:
    """A ticket that the desk's customer asked."""
    answer = await desk.customer.ask(_OPEN, input={"title": "打印机坏了", "body": "help"})
    return str(answer.payload("ticketCreate")["ticket"]["id"])


async def a_tag(desk: Desk) -> str:
    """A tag on this desk."""
    answer = await desk.founder.ask(_TAG, input={"name": "VIP"})
    return str(answer.payload("tagCreate")["tag"]["id"])


async def _create(desk: Desk) -> dict[str, Any]:
    return {"title": "Printer", "body": "It jams."}


async def _update(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk), "title": "Printer on fire"}


async def _bulk(desk: Desk) -> dict[str, Any]:
    return {"select": {"ids": [await a_ticket(desk)]}, "patch": {"title": "Printer on fire"}}


async def _reply(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk), "body": "We are on it.", "visibility": "PRIVATE"}


async def _delete(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk)}


async def _restore(desk: Desk) -> dict[str, Any]:
    ticket = await a_ticket(desk)
    (await desk.founder.ask(_DELETE, input={"id": ticket})).payload("ticketDelete")
    return {"id": ticket}


async def _suspend(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk), "reason": "SPAM"}


async def _admit(desk: Desk) -> dict[str, Any]:
    given = await _suspend(desk)
    (await desk.founder.ask(_SUSPEND, input=given)).payload("ticketSuspend")
    return {"id": given["id"]}


async def _assign(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk), "groupId": await _a_group_of(desk)}


async def _claim(desk: Desk) -> dict[str, Any]:
    await _a_group_of(desk)
    return {"id": await a_ticket(desk)}


async def _held(desk: Desk) -> str:
    """A ticket that the desk's administrator has."""
    given = await _claim(desk)
    (await desk.admin.ask(_CLAIM, input=given)).payload("ticketClaim")
    return str(given["id"])


async def _transfer(desk: Desk) -> dict[str, Any]:
    return {"id": await _held(desk), "assigneeId": desk.leader.id, "note": "Yours."}


async def _release(desk: Desk) -> dict[str, Any]:
    return {"id": await _held(desk), "note": "Not mine."}


async def _invalidate(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk), "note": "Nothing in it."}


async def _a_group_of(desk: Desk) -> str:
    """A group of the administrator and the leader."""
    group = await a_group(desk)
    for person in (desk.admin, desk.leader):
        (await desk.founder.ask(ADD, input={"groupId": group, "userId": person.id})).payload("groupMemberAdd")
    return group


async def _canned_create(desk: Desk) -> dict[str, Any]:
    return {"name": "Greeting", "body": "Hello {{requester.name}}!"}


async def _canned(desk: Desk) -> str:
    answer = await desk.founder.ask(_CANNED, input=await _canned_create(desk))
    return str(answer.payload("cannedReplyCreate")["cannedReply"]["id"])


async def _canned_update(desk: Desk) -> dict[str, Any]:
    return {"id": await _canned(desk), "name": "Farewell"}


async def _canned_delete(desk: Desk) -> dict[str, Any]:
    return {"id": await _canned(desk)}


async def _canned_render(desk: Desk) -> dict[str, Any]:
    return {"id": await _canned(desk), "ticketId": await a_ticket(desk)}


async def _merge(desk: Desk) -> dict[str, Any]:
    return {"id": await a_ticket(desk), "intoId": await a_ticket(desk)}


async def _split(desk: Desk) -> dict[str, Any]:
    said = await desk.customer.ask(_SAY, input={"id": await a_ticket(desk), "body": "And another thing."})
    return {"messageId": said.payload("ticketReply")["message"]["id"], "title": "Another thing"}


async def _link(desk: Desk) -> dict[str, Any]:
    return {"fromId": await a_ticket(desk), "toId": await a_ticket(desk), "kind": "CHILD"}


async def _unlink(desk: Desk) -> dict[str, Any]:
    answer = await desk.founder.ask(_LINK, input=await _link(desk))
    return {"id": answer.payload("ticketLink")["link"]["id"]}


async def _settings(desk: Desk) -> dict[str, Any]:
    return {"agentsOpenTickets": False}


async def _scheme(desk: Desk) -> dict[str, Any]:
    return {"closedIsFinal": False}


async def _watch(desk: Desk) -> dict[str, Any]:
    return {"ticketId": await a_ticket(desk), "kind": "CC", "userId": desk.agent.id}


async def _unwatch(desk: Desk) -> dict[str, Any]:
    values = await _watch(desk)
    (await desk.founder.ask(_WATCH, input=values)).payload("ticketWatch")
    return values


async def _tag_create(desk: Desk) -> dict[str, Any]:
    return {"name": "VIP", "color": "#d6322d"}


async def _tag_update(desk: Desk) -> dict[str, Any]:
    return {"id": await a_tag(desk), "name": "Important"}


async def _tag_delete(desk: Desk) -> dict[str, Any]:
    return {"id": await a_tag(desk)}


async def _status_create(desk: Desk) -> dict[str, Any]:
    return {"key": "waiting_vendor", "category": "PENDING", "label": "Waiting for the vendor"}


async def _status_update(desk: Desk) -> dict[str, Any]:
    pending = (await desk.founder.ask(_STATUSES)).data["statuses"]["nodes"][0]["id"]
    return {"id": pending, "label": "On hold"}


SAMPLES = {
    "ticketCreate": Sample(
        make=_create,
        denied=None,
        why_none="Everybody who is signed in may ask for help, except helpers and role-less staff.",
    ),
    "ticketUpdate": Sample(make=_update, denied="customer"),
    "ticketBulkUpdate": Sample(make=_bulk, denied="customer"),
    "ticketReply": Sample(make=_reply, denied="customer"),
    "ticketDelete": Sample(make=_delete, denied="customer"),
    "ticketRestore": Sample(make=_restore, denied="customer"),
    "ticketSuspend": Sample(make=_suspend, denied="customer"),
    "ticketAdmit": Sample(make=_admit, denied="customer"),
    "ticketSettingsUpdate": Sample(make=_settings, denied="agent"),
    "statusSchemeUpdate": Sample(make=_scheme, denied="agent"),
    "ticketAssign": Sample(make=_assign, denied="customer"),
    "ticketClaim": Sample(make=_claim, denied="customer"),
    "ticketTransfer": Sample(make=_transfer, denied="customer"),
    "ticketRelease": Sample(make=_release, denied="customer"),
    "ticketInvalidate": Sample(make=_invalidate, denied="customer"),
    "cannedReplyCreate": Sample(make=_canned_create, denied="agent"),
    "cannedReplyUpdate": Sample(make=_canned_update, denied="agent"),
    "cannedReplyDelete": Sample(make=_canned_delete, denied="agent"),
    "cannedReplyRender": Sample(make=_canned_render, denied="customer"),
    "ticketMerge": Sample(make=_merge, denied="customer"),
    "ticketSplit": Sample(make=_split, denied="customer"),
    "ticketLink": Sample(make=_link, denied="customer"),
    "ticketUnlink": Sample(make=_unlink, denied="customer"),
    "ticketWatch": Sample(make=_watch, denied="customer"),
    "ticketUnwatch": Sample(make=_unwatch, denied="customer"),
    "tagCreate": Sample(make=_tag_create, denied="agent"),
    "tagUpdate": Sample(make=_tag_update, denied="agent"),
    "tagDelete": Sample(make=_tag_delete, denied="agent"),
    "statusCreate": Sample(make=_status_create, denied="agent"),
    "statusUpdate": Sample(make=_status_update, denied="agent"),
}
