"""Making, changing, pausing, rotating, replaying: through the API."""

import contextlib
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from core.kit.context import Context, acting_for
from core.kit.database import execute, fetch
from core.kit.database.sql import Row
from core.kit.ids import to_global
from core.kit.jobs import Claimed, GoOnLater
from core.testing import Desk
from core.webhooks.service import delivering, erasing
from core.webhooks.service.matching import acting_as_owner
from core.webhooks.service.secrets import valid_secrets
from tests.webhooks.receiving import Receiver, answer
from tests.webhooks.working import Hooks

REFUSED = {
    "no name": ({"name": " "}, [("REQUIRED", ["name"])]),
    "long name": ({"name": "x" * 81}, [("TOO_LONG", ["name"])]),
    "no types": ({"eventTypes": []}, [("REQUIRED", ["eventTypes"])]),
    "bad type": ({"eventTypes": ["ticket.*", "Ticket"]}, [("INVALID", ["eventTypes", "1"])]),
    "misspelt type": (
        {"eventTypes": ["ticket.created", "ticket.creatd"]},
        [("INVALID", ["eventTypes", "1"])],
    ),
    "misspelt family": ({"eventTypes": ["tickets.*"]}, [("INVALID", ["eventTypes", "0"])]),
    "half a family": ({"eventTypes": ["ticket.cr*"]}, [("INVALID", ["eventTypes", "0"])]),
    "no url": ({"url": ""}, [("REQUIRED", ["url"])]),
    "no host": ({"url": "https://"}, [("INVALID", ["url"])]),
    "other scheme": ({"url": "ftp://example.com/"}, [("INVALID", ["url"])]),
    "user": ({"url": "https://user:word@example.com/"}, [("INVALID", ["url"])]),
    "fragment": ({"url": "https://example.com/#x"}, [("INVALID", ["url"])]),
    "line break": ({"url": "https://example.com/\r\nhost: x"}, [("INVALID", ["url"])]),
    "port": ({"url": "https://example.com:99999/"}, [("INVALID", ["url"])]),
    "private": ({"url": "https://172.16.0.1/"}, [("INVALID", ["url"])]),
    "metadata": ({"url": "http://169.254.169.254/latest"}, [("INVALID", ["url"])]),
    "mapped": ({"url": "https://[::ffff:127.0.0.2]/"}, [("INVALID", ["url"])]),
    "long url": ({"url": "https://example.com/" + "x" * 1000}, [("TOO_LONG", ["url"])]),
}


@pytest.mark.parametrize(("given", "errors"), REFUSED.values(), ids=REFUSED.keys())
async def test_bad_webhooks_are_refused(hooks: Hooks, given: dict[str, object], errors: object) -> None:
    answer = await hooks.ask_for(**given)

    assert answer.refusals("webhookCreate") == errors
    assert (await hooks.desk.admin.ask("{ webhooks { nodes { id } } }")).data["webhooks"]["nodes"] == []


async def test_a_type_that_there_is_not_is_named_and_changes_nothing(hooks: Hooks) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    change = (
        "mutation ($input: WebhookUpdateInput!)"
        " { webhookUpdate(input: $input) { webhook { id } userErrors { code path message } } }"
    )
    answer = await hooks.desk.admin.ask(change, input={"id": webhook, "eventTypes": ["message.aded"]})

    assert answer.data["webhookUpdate"] == {
        "webhook": None,
        "userErrors": [
            {
                "code": "INVALID", "path": ["eventTypes", "0"],
                "message": "message.aded is not a type of event; write one that `eventTypes` lists, ticket.* or *.",
            }
        ],
    }  # fmt: skip
    look = "query ($id: ID!) { webhook(id: $id) { eventTypes version } }"
    kept = (await hooks.desk.admin.ask(look, id=webhook)).data["webhook"]
    assert kept == {"eventTypes": ["ticket.created"], "version": 1}


async def test_a_name_is_unique_and_25_are_the_limit(hooks: Hooks) -> None:
    for number in range(25):
        await hooks.create(name=f"Hook {number}")

    assert (await hooks.ask_for(name="One more")).refusals("webhookCreate") == [("LIMIT_EXCEEDED", None)]
    first = (await hooks.desk.admin.ask("{ webhooks(first: 1) { nodes { id } } }")).data["webhooks"]["nodes"][
        0
    ]["id"]
    await hooks.run("webhookDelete", first)
    assert (await hooks.ask_for(name="Hook 7")).refusals("webhookCreate") == [("TAKEN", ["name"])]


async def test_agents_and_customers_have_no_webhooks(hooks: Hooks) -> None:
    webhook = await hooks.create()

    for person in (hooks.desk.agent, hooks.desk.customer):
        assert (await hooks.ask_for(person)).refusals("webhookCreate") == [("FORBIDDEN", None)]
        answer = await person.ask("query($id: ID!) { webhook(id: $id) { url } }", id=webhook)
        assert answer.data["webhook"] is None
        assert (await person.ask("{ webhooks { nodes { id } } }")).codes == ["FORBIDDEN"]


async def test_secrets_are_shown_once_and_nowhere_else(
    hooks: Hooks, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    webhook = await hooks.create(eventTypes=["ticket.created"])
    first = hooks.secrets[webhook]
    second = (await hooks.run("webhookRotateSecret", webhook))["signingSecret"]
    receiver.answers = [answer(500)]
    await hooks.happen()
    await hooks.deliver()
    await hooks.deliver()

    tables = ("webhooks", "webhook_deliveries", "events", "jobs", "idempotency_keys")
    with acting_for(hooks.desk.tenant_id):
        stored = [str([dict(row) for row in await fetch(f"select * from {table}")]) for table in tables]
    assert len(receiver.received) == 2
    for secret in (first, second):
        bare = secret.removeprefix("whsec_")
        assert bare not in caplog.text
        assert not [text for text in stored if bare in text]
        assert not [each for each in receiver.received if bare in str(each)]


async def test_during_a_rotation_both_secrets_are_good(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    old = hooks.secrets[webhook]
    new = (await hooks.run("webhookRotateSecret", webhook, graceHours=2))["signingSecret"]
    await hooks.happen()
    await hooks.deliver()
    await hooks.change("webhooks", "old_secret_until = now() - interval '1 second'", webhook)
    await hooks.happen()
    await hooks.deliver()

    during, after = receiver.received
    assert len(during.headers["webhook-signature"].split(" ")) == 2
    for secret in (old, new):
        Verifier(secret).verify(during.body, during.headers)
    Verifier(new).verify(after.body, after.headers)
    with pytest.raises(WebhookVerificationError):
        Verifier(old).verify(after.body, after.headers)


async def test_rotating_again_takes_no_secret_from_the_receiver(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    secrets = [hooks.secrets[webhook]]
    for hours in (1, 2, 3, 1):
        secrets.append((await hooks.run("webhookRotateSecret", webhook, graceHours=hours))["signingSecret"])
    await hooks.happen()
    await hooks.deliver()
    last = (await hooks.run("webhookRotateSecret", webhook, graceHours=0))["signingSecret"]
    await hooks.happen()
    await hooks.deliver()

    during, after = receiver.received
    for secret in secrets[1:]:
        Verifier(secret).verify(during.body, during.headers)
    with pytest.raises(WebhookVerificationError):  # there are three at most
        Verifier(secrets[0]).verify(during.body, during.headers)
    assert len(after.headers["webhook-signature"].split(" ")) == 1
    Verifier(last).verify(after.body, after.headers)


async def test_a_former_secret_ends_at_its_own_time(hooks: Hooks) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    first = hooks.secrets[webhook]
    second = (await hooks.run("webhookRotateSecret", webhook, graceHours=1))["signingSecret"]
    third = (await hooks.run("webhookRotateSecret", webhook, graceHours=24))["signingSecret"]
    with acting_for(hooks.desk.tenant_id):
        (row,) = await fetch("select * from webhooks")

    now, sealer = datetime.now(UTC), hooks.runtime.sealer
    valid = [valid_secrets(sealer, row, now + timedelta(hours=hours)) for hours in (0, 2, 25)]
    assert valid == [[third, second, first], [third, second], [third]]


async def test_a_rotation_without_grace_ends_the_old_secret(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    new = (await hooks.run("webhookRotateSecret", webhook, graceHours=0))["signingSecret"]
    await hooks.happen()
    await hooks.deliver()

    (got,) = receiver.received
    assert len(got.headers["webhook-signature"].split(" ")) == 1
    Verifier(new).verify(got.body, got.headers)


async def test_a_pause_holds_back_what_is_on_its_way(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.happen()
    await hooks.run("webhookPause", webhook)
    await hooks.deliver()
    await hooks.happen()

    held = (await hooks.look(webhook, "HELD"))["deliveries"]["nodes"]
    assert (receiver.received, len(held)) == ([], 1)
    assert (await hooks.look(webhook))["deliveries"]["totalCount"] == {"value": 1}

    await hooks.run("webhookResume", webhook)
    await hooks.deliver()
    assert receiver.ids == [held[0]["id"]]
    assert (await hooks.look(webhook))["state"] == "ACTIVE"


async def test_what_is_found_paused_at_the_moment_of_resuming_is_not_left_behind(
    hooks: Hooks, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.happen()
    await hooks.run("webhookPause", webhook)
    resumes = [webhook]

    async def resumed_meanwhile(row: Row) -> Context | None:
        if resumes:
            await hooks.run("webhookResume", resumes.pop())
        return await acting_as_owner(row)

    monkeypatch.setattr(delivering, "acting_as_owner", resumed_meanwhile)
    with contextlib.suppress(GoOnLater):
        await hooks.deliver()

    assert [each["state"] for each in await hooks.log(webhook)] == ["PENDING"]
    with acting_for(hooks.desk.tenant_id):
        await execute("update jobs set state = 'ready' where kind = 'webhooks.deliver'", {})
    await hooks.deliver()
    assert len(receiver.received) == 1
    assert [each["state"] for each in await hooks.log(webhook)] == ["DELIVERED"]


async def test_pausing_twice_and_resuming_what_runs_are_conflicts(hooks: Hooks) -> None:
    webhook = await hooks.create()
    resume = (
        "mutation($input: WebhookResumeInput!) { webhookResume(input: $input) { userErrors { code path } } }"
    )
    pause = resume.replace("Resume", "Pause")

    assert (await hooks.desk.admin.ask(resume, input={"id": webhook})).refusals("webhookResume") == [
        ("CONFLICT", ["id"])
    ]
    await hooks.run("webhookPause", webhook)
    assert (await hooks.desk.admin.ask(pause, input={"id": webhook})).refusals("webhookPause") == [
        ("CONFLICT", ["id"])
    ]


async def test_a_replay_goes_under_the_same_id(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.happen()
    await hooks.deliver()
    (logged,) = await hooks.log(webhook)

    await hooks.run("webhookDeliveryReplay", logged["id"])
    assert (await hooks.log(webhook))[0]["state"] == "PENDING"
    await hooks.deliver()

    first, second = receiver.received
    assert (first.id, first.body) == (second.id, second.body)
    assert (await hooks.log(webhook))[0]["attempts"] == 2
    Verifier(hooks.secrets[webhook]).verify(second.body, second.headers)


async def test_a_replay_takes_the_place_of_a_retry_that_waits(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(500)]
    await hooks.happen()
    await hooks.deliver()
    (logged,) = await hooks.log(webhook)
    await hooks.run("webhookDeliveryReplay", logged["id"])

    assert await hooks.deliver() == 2  # the retry that waited finds it is not its turn any more
    assert len(receiver.received) == 2


async def test_a_test_is_a_ping_and_reaches_a_paused_webhook(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.run("webhookPause", webhook)
    await hooks.run("webhookTest", webhook)
    await hooks.deliver()

    (got,) = receiver.received
    said = Verifier(hooks.secrets[webhook]).verify(got.body, got.headers)
    assert (said["type"], said["data"]) == ("webhook.ping", {"webhookId": webhook})
    (logged,) = await hooks.log(webhook)
    assert (logged["state"], logged["eventId"], logged["eventType"]) == ("DELIVERED", None, "webhook.ping")


async def test_a_test_that_fails_is_not_tried_again_and_counts_for_nothing(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook = await hooks.create()
    receiver.answers = [answer(500)]
    await hooks.run("webhookTest", webhook)
    await hooks.deliver()

    seen = await hooks.look(webhook)
    assert (seen["failingSince"], seen["deliveries"]["nodes"][0]["state"]) == (None, "FAILED")


async def test_gone_pauses_at_once_with_a_notice(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(410)]
    await hooks.happen()
    await hooks.deliver()

    seen = await hooks.look(webhook)
    assert (seen["state"], seen["pauseReason"]) == ("PAUSED", "GONE")
    assert seen["deliveries"]["nodes"][0]["state"] == "FAILED"
    assert await _notices(hooks.desk) == {hooks.desk.admin.email, hooks.desk.founder.email}
    assert len(await hooks.events("webhook.paused")) == 1


async def test_days_of_failures_pause_a_webhook(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(500)] * 30
    await hooks.happen()
    for _ in range(9):
        await hooks.deliver()
    before = await hooks.look(webhook)
    await hooks.change("webhooks", "failing_since = now() - interval '3 days'", webhook)
    await hooks.deliver()
    after = await hooks.look(webhook)
    await hooks.deliver()

    assert before["failingSince"] is not None
    assert (before["state"], after["state"], after["pauseReason"]) == ("ACTIVE", "PAUSED", "FAILING")
    assert (await hooks.log(webhook))[0]["state"] == "HELD"
    assert len(receiver.received) == 10
    assert await _notices(hooks.desk) == {hooks.desk.admin.email, hooks.desk.founder.email}


async def test_a_success_forgets_the_failures(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    receiver.answers = [answer(500)]
    await hooks.happen()
    await hooks.deliver()
    failing = (await hooks.look(webhook))["failingSince"]
    await hooks.deliver()

    assert failing is not None
    assert (await hooks.look(webhook))["failingSince"] is None


async def _notices(desk: Desk) -> set[str]:
    """Whom mails about a paused webhook were queued for."""
    with acting_for(desk.tenant_id):
        rows = await fetch(
            "select payload ->> 'to' as recipient from jobs where kind = 'mail.send'"
            " and payload ->> 'template' = 'webhook_paused'"
        )
    return {row["recipient"] for row in rows}


async def test_an_update_changes_what_is_given_and_moves_the_owner(hooks: Hooks) -> None:
    webhook = await hooks.create(hooks.desk.founder, eventTypes=["ticket.created"])
    look = "query($id: ID!) { webhook(id: $id) { name url eventTypes version owner { id } } }"

    await hooks.run("webhookUpdate", webhook, name="Renamed")
    renamed = (await hooks.desk.admin.ask(look, id=webhook)).data["webhook"]
    await hooks.run("webhookUpdate", webhook, eventTypes=["*"], expectedVersion=2)
    widened = (await hooks.desk.admin.ask(look, id=webhook)).data["webhook"]
    await hooks.run("webhookUpdate", webhook, eventTypes=["*"])

    assert (renamed["name"], renamed["owner"]["id"]) == ("Renamed", hooks.desk.founder.id)
    assert (widened["eventTypes"], widened["owner"]["id"]) == (["*"], hooks.desk.admin.id)
    assert (await hooks.desk.admin.ask(look, id=webhook)).data["webhook"]["version"] == 3
    text = (
        "mutation($input: WebhookUpdateInput!) { webhookUpdate(input: $input) { userErrors { code path } } }"
    )
    stale = await hooks.desk.admin.ask(text, input={"id": webhook, "expectedVersion": 1, "name": "Late"})
    assert stale.refusals("webhookUpdate") == [("CONFLICT", ["expectedVersion"])]


async def test_a_deleted_webhook_sends_nothing_more(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    await hooks.happen()
    (logged,) = await hooks.log(webhook)
    await hooks.run("webhookDelete", webhook)

    assert await hooks.deliver() == 1
    assert receiver.received == []
    assert await hooks.look(webhook) is None
    look = "query($id: ID!) { webhookDelivery(id: $id) { id } webhooks { nodes { id } } }"
    seen = (await hooks.desk.admin.ask(look, id=logged["id"])).data
    assert seen == {"webhookDelivery": None, "webhooks": {"nodes": []}}
    for name, id in [
        ("webhookResume", webhook),
        ("webhookTest", webhook),
        ("webhookDeliveryReplay", logged["id"]),
    ]:
        kind = f"{name[0].upper()}{name[1:]}Input"
        text = f"mutation($i: {kind}!) {{ {name}(input: $i) {{ userErrors {{ code path }} }} }}"
        answer = await hooks.desk.admin.ask(text, i={"id": id})
        assert answer.refusals(name) == [("NOT_FOUND", ["id"])]
    await hooks.create(eventTypes=["ticket.created"])  # its name is free


async def test_the_log_of_a_deleted_webhook_is_erased_in_turns(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "BATCH", 2)
    monkeypatch.setattr(erasing, "MOST_BATCHES", 2)
    webhook, other = await hooks.create(), await hooks.create(name="Other")
    await hooks.match((await hooks.events("user.created"))[:5])
    await hooks.run("webhookDelete", webhook)
    with acting_for(hooks.desk.tenant_id):
        (row,) = await fetch("select id, payload from jobs where kind = 'webhooks.erase'")
        job = Claimed(row["id"], hooks.desk.tenant_id, erasing.ERASE, orjson.loads(row["payload"]), 1)
        with pytest.raises(GoOnLater):
            await erasing.erase(job)
        assert (await fetch("select count(*) from webhook_deliveries"))[0][0] == 5 - 4 + 5
        for _ in range(2):  # a second time does no harm
            await erasing.erase(job)
        rows = await fetch("select id from webhooks")

    assert [to_global("whk", each["id"]) for each in rows] == [other]
    assert (await hooks.look(other))["deliveries"]["totalCount"] == {"value": 5}


async def test_what_happens_at_one_desk_is_not_told_to_another(
    hooks: Hooks, other: Desk, receiver: Receiver
) -> None:
    own = await hooks.create(eventTypes=["ticket.created"])
    foreign = Hooks(other, receiver, hooks.runtime, hooks.settings)
    await foreign.create(eventTypes=["ticket.created"], url=receiver.url("/foreign"))

    events = await hooks.happen()
    await foreign.match(events)
    await hooks.deliver()
    await foreign.deliver()

    assert [each.path for each in receiver.received] == ["/hook"]
    assert await foreign.look(own) is None


async def test_a_name_in_a_mail_is_no_markup(hooks: Hooks, receiver: Receiver) -> None:
    from core.kit.mail.templates import write

    values = {"name": "A", "desk": "D", "webhook": "<b>x</b>", "reason": "FAILING"}
    for locale, words in (("en", "for days"), ("zh-Hans", "连续数日")):
        mail = write("webhook_paused", locale, values)
        assert "<b>" not in mail.html and words in mail.text


def test_the_waits_add_up_to_three_days() -> None:
    from core.webhooks.schedule import WAITS, next_try

    now = datetime.now(UTC)
    assert sum(WAITS, timedelta()) == timedelta(hours=71, minutes=36, seconds=10)
    for tries, wait in enumerate(WAITS, start=1):
        planned = next_try(tries, now)
        assert planned is not None and 0.8 * wait <= planned - now <= 1.2 * wait
    assert next_try(len(WAITS) + 1, now) is None
    asked = next_try(1, now, "99999999999999")
    assert asked is not None and asked - now == timedelta(days=1)
    http_date = (now + timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    dated = next_try(1, now, http_date)
    assert dated is not None and timedelta(hours=2, minutes=59) < dated - now <= timedelta(hours=3)
    soon = next_try(1, now, "nonsense")
    assert soon is not None and soon - now <= timedelta(seconds=12)
