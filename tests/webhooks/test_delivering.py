"""Events arrive signed, once in the log, again and again until they are taken, always under one id."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from core.kit.context import acting_for
from core.kit.ids import to_global
from core.kit.jobs import enqueue
from core.operating import operator_context
from tests.webhooks.receiving import Receiver, answer
from tests.webhooks.working import Hooks


async def test_an_event_arrives_signed_as_standard_webhooks_says(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    ticket = await hooks.open_ticket()
    (event,) = await hooks.events("ticket.created", ticket)

    await hooks.match([event])
    await hooks.deliver()

    (got,) = receiver.received
    said = Verifier(hooks.secrets[webhook]).verify(got.body, got.headers)
    (logged,) = await hooks.log(webhook)
    assert said["type"] == "ticket.created"
    assert said["data"]["event"] == {
        "id": to_global("aud", event),
        "type": "ticket.created",
        "occurredAt": said["timestamp"],
        "subjectType": "ticket",
        "subjectId": ticket,
        "actorId": hooks.desk.customer.id,
        "onBehalfOfId": None,
        "via": "api",
    }
    assert (got.id, got.path, got.headers["content-type"]) == (logged["id"], "/hook", "application/json")
    assert (logged["state"], logged["attempts"], logged["nextTryAt"]) == ("DELIVERED", 1, None)
    assert (logged["responseStatus"], logged["responseExcerpt"]) == (200, "ok")
    assert (logged["eventType"], logged["eventId"]) == ("ticket.created", to_global("aud", event))


async def test_what_is_told_of_a_job_names_it(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.create(eventTypes=["job.cancelled"])
    with acting_for(hooks.desk.tenant_id):
        job = await enqueue(operator_context(hooks.desk.tenant_id), "test.waits", {})
    text = "mutation($input: JobCancelInput!) { jobCancel(input: $input) { userErrors { message } } }"
    (await hooks.desk.founder.ask(text, input={"id": to_global("job", job)})).payload("jobCancel")
    await hooks.match(await hooks.events("job.cancelled"))
    await hooks.deliver()

    told = receiver.received[0].json["data"]["event"]
    assert (told["subjectType"], told["subjectId"]) == ("job", to_global("job", job))


async def test_a_changed_body_and_another_secret_are_not_taken(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create()
    await hooks.happen()
    await hooks.deliver()

    got = receiver.received[0]
    with pytest.raises(WebhookVerificationError):
        Verifier(hooks.secrets[webhook]).verify(got.body + b" ", got.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier("whsec_" + "A" * 44).verify(got.body, got.headers)


async def test_a_retry_carries_the_same_id_and_body(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(503, "later"), answer(500)]
    await hooks.happen()

    await hooks.deliver()
    (first,) = await hooks.log(webhook)
    await hooks.deliver()
    await hooks.deliver()

    (last,) = await hooks.log(webhook)
    assert (first["state"], first["problem"], first["responseStatus"]) == ("PENDING", "STATUS", 503)
    assert first["responseExcerpt"] == "later"
    assert (last["state"], last["problem"], last["attempts"]) == ("DELIVERED", None, 3)
    assert len(receiver.received) == 3
    assert len(set(receiver.ids)) == len({each.body for each in receiver.received}) == 1
    assert await hooks.deliver() == 0
    for each in receiver.received:
        Verifier(hooks.secrets[webhook]).verify(each.body, each.headers)


async def test_events_that_are_matched_twice_are_delivered_once(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    events = await hooks.happen()

    await hooks.match(events)
    await hooks.match(events)

    assert await hooks.deliver() == 1
    assert (await hooks.look(webhook))["deliveries"]["totalCount"] == {"value": 1}
    assert len(receiver.received) == 1


async def test_only_wanted_types_are_delivered(hooks: Hooks, receiver: Receiver) -> None:
    await hooks.create(name="tickets", url=receiver.url("/tickets"), eventTypes=["ticket.*"])
    await hooks.create(name="people", url=receiver.url("/people"), eventTypes=["user.created", "group.*"])
    await hooks.create(name="all", url=receiver.url("/all"))

    await hooks.match([*await hooks.events("user.created"), *await hooks.events("webhook.created")])
    await hooks.happen()
    await hooks.deliver()

    paths = [(each.path, each.json["type"]) for each in receiver.received]
    people = len(await hooks.events("user.created"))
    assert paths.count(("/people", "user.created")) == paths.count(("/all", "user.created")) == people > 0
    assert paths.count(("/tickets", "ticket.created")) == paths.count(("/all", "ticket.created")) == 1
    assert paths.count(("/all", "webhook.created")) == 3
    assert {path for path, _ in paths if path == "/tickets"} and len(paths) == people * 2 + 2 + 3


async def test_a_receiver_may_ask_for_a_longer_wait(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(429, retry_after="7200")]
    began = datetime.now(UTC)
    await hooks.happen()
    await hooks.deliver()

    (logged,) = await hooks.log(webhook)
    wait = datetime.fromisoformat(logged["nextTryAt"]) - began
    assert timedelta(hours=2) <= wait < timedelta(hours=2, minutes=5)


async def test_the_last_try_is_followed_by_none(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(500)] * 20
    await hooks.happen()

    tries = 0
    while await hooks.deliver():
        tries += 1

    (logged,) = await hooks.log(webhook)
    assert tries == logged["attempts"] == 12
    assert (logged["state"], logged["nextTryAt"]) == ("FAILED", None)


async def test_a_redirect_is_a_failure_and_is_not_followed(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(307, location=receiver.url("/elsewhere"))]
    await hooks.happen()
    await hooks.deliver()

    (logged,) = await hooks.log(webhook)
    assert (logged["problem"], logged["responseStatus"]) == ("REDIRECT", 307)
    assert [each.path for each in receiver.received] == ["/hook"]


async def test_nobody_listening_is_a_failure_that_is_tried_again(hooks: Hooks) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"], url="http://127.0.0.1:1/")
    await hooks.happen()
    await hooks.deliver()

    (logged,) = await hooks.log(webhook)
    assert (logged["state"], logged["problem"], logged["responseStatus"]) == ("PENDING", "NO_ANSWER", None)
    assert logged["problemDetail"] == "No connection could be made."


async def test_only_the_beginning_of_an_answer_is_kept(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(200, "长" * 200_000)]
    await hooks.happen()
    await hooks.deliver()

    (logged,) = await hooks.log(webhook)
    assert (logged["state"], logged["responseExcerpt"]) == ("DELIVERED", "长" * 1000)
