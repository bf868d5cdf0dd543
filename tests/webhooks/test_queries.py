"""What a webhook's query adds, with whose rights, and how bad ones are refused."""

from typing import Any
from uuid import UUID

import pytest

from core.kit.context import UserKind
from core.kit.ids import to_global
from core.testing import Person
from tests.webhooks.receiving import Receiver
from tests.webhooks.working import Hooks

TITLE = "query($subjectId: ID!, $eventId: ID!) { ticket(id: $subjectId) { title } node(id: $eventId) { id } }"


async def test_the_querys_answer_is_in_the_payload(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.create(eventTypes=["ticket.created"], query=TITLE)
    await hooks.happen()
    await hooks.deliver()

    data = receiver.received[0].json["data"]
    assert data["result"] == {"ticket": {"title": "Printer on fire"}, "node": {"id": data["event"]["id"]}}
    assert "errors" not in data


SAID = """query($eventId: ID!) { event(id: $eventId) {
  __typename id ... on MessageAdded { ticket { title } message { bodyText visibility author { name } } } } }"""
REPLY = """mutation($input: TicketReplyInput!) { ticketReply(input: $input) { message { id } userErrors { code } } }"""


async def _said(hooks: Hooks, body: str, visibility: str, ticket: str) -> None:
    given = {"id": ticket, "body": body, "visibility": visibility}
    (await hooks.desk.admin.ask(REPLY, input=given)).payload("ticketReply")


async def test_the_query_reaches_the_message_that_an_event_is_about(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.create(eventTypes=["message.added"], query=SAID)
    ticket = await hooks.open_ticket()
    await _said(hooks, "Unplug it.", "PUBLIC", ticket)
    await _said(hooks, "It will burn.", "PRIVATE", ticket)
    await hooks.match(await hooks.events("message.added", ticket))
    await hooks.deliver()

    told = [each.json["data"]["result"]["event"] for each in receiver.received]
    assert [(each["__typename"], each["ticket"], each["message"]["bodyText"]) for each in told] == [
        ("MessageAdded", {"title": "Printer on fire"}, "Unplug it."),
        ("MessageAdded", {"title": "Printer on fire"}, "It will burn."),
    ]
    assert [each["message"]["visibility"] for each in told] == ["PUBLIC", "PRIVATE"]
    names = [each.json["data"]["event"]["id"].removeprefix("aud_") for each in receiver.received]
    assert [each["id"] for each in told] == [f"evt_{each}" for each in names]


async def test_who_reads_no_notes_is_told_of_none(hooks: Hooks, receiver: Receiver) -> None:
    narrow = await _limited(hooks, ticketScope="ALL")
    await hooks.create(by=narrow, eventTypes=["message.added"], query=SAID)
    ticket = await hooks.open_ticket()
    await _said(hooks, "It will burn.", "PRIVATE", ticket)
    await _said(hooks, "Unplug it.", "PUBLIC", ticket)
    events = await hooks.events("message.added", ticket)
    await hooks.match(events)
    await hooks.deliver()

    (only,) = receiver.received
    assert only.json["data"]["result"]["event"]["message"]["bodyText"] == "Unplug it."
    named = [await narrow.ask(SAID, eventId=to_global("evt", each)) for each in events]
    assert [each.data["event"] is None for each in named] == [True, False]


async def test_retries_carry_what_was_built_at_first(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"], query=TITLE, url="http://127.0.0.1:1/")
    await hooks.happen()
    await hooks.deliver()
    await hooks.run("webhookUpdate", webhook, url=receiver.url(), query=None)
    await hooks.deliver()

    assert receiver.received[0].json["data"]["result"]["ticket"] == {"title": "Printer on fire"}


async def test_whoever_takes_a_webhook_over_gets_what_they_may_see(hooks: Hooks, receiver: Receiver) -> None:
    desk = hooks.desk
    webhook = await hooks.create(desk.founder, eventTypes=["ticket.created"], query=TITLE)
    await hooks.happen()
    narrow = await _limited(hooks)
    await hooks.run("webhookUpdate", webhook, by=narrow, url=receiver.url("/narrow"))
    await hooks.deliver()

    (logged,) = await hooks.log(webhook)
    assert receiver.received == []
    assert (logged["state"], logged["problem"]) == ("FAILED", "OUT_OF_SIGHT")
    assert (await hooks.look(webhook))["failingSince"] is None  # nobody tried to reach the receiver


async def _limited(hooks: Hooks, **more: Any):  # type: ignore[no-untyped-def]
    """Somebody who manages webhooks and sees their own tickets only, unless told otherwise."""
    desk = hooks.desk
    text = """mutation($input: RoleCreateInput!) { roleCreate(input: $input) {
      role { id } userErrors { message } } }"""
    given = {
        "name": "Hooks",
        "key": "hooks",
        "permissions": ["webhook.manage", "ticket.create"],
        "ticketScope": "OWN",
        **more,
    }
    (await desk.founder.ask(text, input=given)).payload("roleCreate")
    return await desk.add("hooks", UserKind.AGENT)


async def test_what_the_owner_does_not_see_is_not_delivered(hooks: Hooks, receiver: Receiver) -> None:
    narrow = await _limited(hooks)
    await hooks.create(name="narrow", by=narrow, url=receiver.url("/narrow"))
    await hooks.create(name="wide", url=receiver.url("/wide"))
    ticket = await hooks.open_ticket()
    events = [*await hooks.events("ticket.created", ticket), *await hooks.events("user.created")]
    await hooks.match(events)
    await hooks.deliver()

    assert {each.path for each in receiver.received} == {"/wide"}
    assert len(receiver.received) == len(events)


async def test_an_owner_who_loses_the_right_pauses_the_webhook(hooks: Hooks, receiver: Receiver) -> None:
    owner = await hooks.desk.add("admin")
    webhook = await hooks.create(owner, eventTypes=["ticket.created"])
    await hooks.happen()
    await hooks.change("users", "status = 'DISABLED'", owner.id)

    await hooks.deliver()
    await hooks.happen()

    seen = await hooks.look(webhook)
    assert (seen["state"], seen["pauseReason"]) == ("PAUSED", "OWNER")
    assert [each["state"] for each in seen["deliveries"]["nodes"]] == ["HELD"]
    assert receiver.received == []


async def test_whoever_resumes_an_orphaned_webhook_becomes_its_owner(
    hooks: Hooks, receiver: Receiver
) -> None:
    owner = await hooks.desk.add("admin")
    webhook = await hooks.create(owner, eventTypes=["ticket.created"])
    await hooks.happen()
    await hooks.change("users", "status = 'DISABLED'", owner.id)
    await hooks.deliver()

    await hooks.run("webhookResume", webhook)
    await hooks.happen()
    await hooks.deliver()

    look = "query($id: ID!) { webhook(id: $id) { state owner { id } } }"
    seen = (await hooks.desk.admin.ask(look, id=webhook)).data["webhook"]
    assert seen == {"state": "ACTIVE", "owner": {"id": hooks.desk.admin.id}}
    assert len(receiver.received) == 2


async def test_resuming_leaves_a_webhook_with_an_owner_who_may_keep_it(hooks: Hooks) -> None:
    webhook = await hooks.create(hooks.desk.founder)
    await hooks.run("webhookPause", webhook)
    await hooks.run("webhookResume", webhook)

    look = "query($id: ID!) { webhook(id: $id) { owner { id } } }"
    owner = (await hooks.desk.admin.ask(look, id=webhook)).data["webhook"]["owner"]
    assert owner == {"id": hooks.desk.founder.id}


TOKEN = """mutation($input: ApiTokenCreateInput!) { apiTokenCreate(input: $input) {
  token apiToken { id user { id email } } userErrors { code path message } } }"""
REVOKE = (
    """mutation($input: ApiTokenRevokeInput!) { apiTokenRevoke(input: $input) { userErrors { message } } }"""
)


async def _program(hooks: Hooks, **given: Any) -> tuple[Person, str]:
    """A program with the admins' role, and its token's id."""
    roles = (await hooks.desk.founder.ask("{ roles { nodes { id key } } }")).data["roles"]["nodes"]
    wanted = {"name": "Hooks", "roleIds": [each["id"] for each in roles if each["key"] == "admin"], **given}
    made = (await hooks.desk.founder.ask(TOKEN, input=wanted)).payload("apiTokenCreate")
    user = made["apiToken"]["user"]
    key = UUID(hex=user["id"].partition("_")[2])
    return Person(hooks.desk.served, key, made["token"], ""), str(made["apiToken"]["id"])


async def test_a_program_s_webhook_gets_no_more_than_its_token_gives(
    hooks: Hooks, receiver: Receiver
) -> None:
    narrow, _ = await _program(hooks, scopes=["webhook.manage"])
    whole, _ = await _program(hooks, name="Whole")
    query = "{ auditEvents { nodes { id } } }"
    await hooks.create(narrow, name="narrow", url=receiver.url("/narrow"), query=query)
    await hooks.create(whole, name="whole", url=receiver.url("/whole"), query=query)
    people = await hooks.events("user.created")
    ticket = await hooks.open_ticket()
    await hooks.match([*people, *await hooks.events("ticket.created", ticket)])
    await hooks.deliver()

    got = [each.json for each in receiver.received if each.path == "/narrow"]
    assert [each["type"] for each in got] == ["ticket.created"]
    assert got[0]["data"]["result"] == {"auditEvents": None}
    assert [each["extensions"]["code"] for each in got[0]["data"]["errors"]] == ["FORBIDDEN"]
    assert len([each for each in receiver.received if each.path == "/whole"]) == len(people) + 1


@pytest.mark.parametrize("end", ["revoked", "expired"])
async def test_a_program_whose_token_is_over_has_no_webhook(
    hooks: Hooks, receiver: Receiver, end: str
) -> None:
    program, token = await _program(hooks)
    webhook = await hooks.create(program, eventTypes=["ticket.created"])
    if end == "revoked":
        (await hooks.desk.admin.ask(REVOKE, input={"id": token})).payload("apiTokenRevoke")
    else:
        await hooks.change("tokens", "expires_at = now() - interval '1 second'", token)
    await hooks.happen()
    await hooks.deliver()

    seen = await hooks.look(webhook)
    assert (seen["state"], seen["pauseReason"], receiver.received) == ("PAUSED", "OWNER", [])


async def test_errors_of_a_part_come_beside_the_rest(hooks: Hooks, receiver: Receiver) -> None:
    narrow = await _limited(hooks)
    query = "query($subjectId: ID!) { auditEvents { nodes { id } } ticket(id: $subjectId) { number } }"
    await hooks.create(narrow, eventTypes=["ticket.created"], query=query)
    ticket = await hooks.open_ticket(by=narrow)
    await hooks.match(await hooks.events("ticket.created", ticket))
    await hooks.deliver()

    data = receiver.received[0].json["data"]
    assert data["result"] == {"auditEvents": None, "ticket": {"number": "1"}}
    assert [each["extensions"]["code"] for each in data["errors"]] == ["FORBIDDEN"]


BAD = {
    "syntax": "query {",
    "unknown field": "{ nothing }",
    "mutation": 'mutation { webhookPause(input: {id: "x"}) { userErrors { code } } }',
    "two operations": "query A { viewer { user { id } } } query B { viewer { user { id } } }",
    "foreign variable": "query($ticketId: ID!) { ticket(id: $ticketId) { id } }",
    "variable of another type": "query($subjectId: Int!) { tickets(first: $subjectId) { nodes { id } } }",
    "too costly": "{ tickets(first: 100) { nodes { timeline(first: 100) { nodes { __typename } } } } }",
    "too deep": "{ tickets "
    + "{ nodes { requester { organization { members " * 6
    + "{ nodes { id } }"
    + " } } } }" * 6
    + "}",
    "null character": "{ viewer { user { id } } } # \x00",
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD.keys())
async def test_a_bad_query_is_refused_when_it_is_saved(hooks: Hooks, query: str) -> None:
    answer = await hooks.ask_for(query=query)

    assert answer.refusals("webhookCreate") == [("INVALID", ["query"])]
    assert (await hooks.desk.admin.ask("{ webhooks { nodes { id } } }")).data["webhooks"]["nodes"] == []


async def test_the_refusal_says_what_is_wrong(hooks: Hooks) -> None:
    answer = await hooks.ask_for(query="{ nothing }")

    said = answer.data["webhookCreate"]["userErrors"][0]["message"]
    assert said == "This query cannot be used: Cannot query field 'nothing' on type 'Query'."


async def test_an_updated_query_is_held_to_the_same(hooks: Hooks) -> None:
    webhook = await hooks.create()
    text = (
        "mutation($input: WebhookUpdateInput!) { webhookUpdate(input: $input) { userErrors { code path } } }"
    )
    answer = await hooks.desk.admin.ask(text, input={"id": webhook, "query": "{ nothing }"})

    assert answer.refusals("webhookUpdate") == [("INVALID", ["query"])]


async def test_a_query_that_fits_the_schema_no_more_fails_and_says_so(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.change("webhooks", "query = '{ zzyzx }'", webhook)
    await hooks.happen()
    await hooks.deliver()

    (logged,) = await hooks.log(webhook)
    assert (logged["state"], logged["problem"]) == ("PENDING", "QUERY")
    assert logged["problemDetail"] == "Cannot query field 'zzyzx' on type 'Query'."
    assert receiver.received == []
