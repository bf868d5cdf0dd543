"""What is refused when sending, and what chores do: keys exchanged, old deliveries swept."""

from dataclasses import replace
from datetime import timedelta

from standardwebhooks import Webhook as Verifier

from core import housekeeping
from core.kit.context import acting_for
from core.kit.crypto import Sealer
from core.kit.database import fetch, fetch_value
from tests.webhooks.receiving import Receiver, answer
from tests.webhooks.working import Hooks


async def test_a_name_that_leads_into_a_private_network_is_refused_when_sending(
    hooks: Hooks, receiver: Receiver
) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"], url=receiver.url(host="localhost"))
    await hooks.happen()
    await hooks.deliver(runtime=hooks.with_outgoing(plain_http=True))

    (logged,) = await hooks.log(webhook)
    assert (logged["state"], logged["problem"]) == ("PENDING", "REFUSED_ADDRESS")
    assert logged["problemDetail"] == "The address is private or reserved."
    assert receiver.received == []


async def test_secrets_are_sealed_anew_with_a_new_key(hooks: Hooks, receiver: Receiver) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    old = hooks.runtime.sealer
    present = await _sealed(hooks)
    # The key of this installation opens; the new one seals. Sealed texts tell which key is theirs.
    both, new = _with_new_key(old, b"n" * 64)

    with acting_for(hooks.desk.tenant_id):
        while await housekeeping._resealed(hooks.desk.tenant_id, both):
            pass

    assert present.startswith(old.prefix)
    assert (await _sealed(hooks)).startswith(new.prefix)
    await hooks.happen()
    await hooks.deliver(runtime=replace(hooks.runtime, sealer=new))
    (got,) = receiver.received
    Verifier(hooks.secrets[webhook]).verify(got.body, got.headers)
    with acting_for(hooks.desk.tenant_id):
        assert await housekeeping._resealed(hooks.desk.tenant_id, both) == 0


def _with_new_key(old: Sealer, key: bytes) -> tuple[Sealer, Sealer]:
    new = Sealer([key])
    both = Sealer([key])
    both._keys.update(old._keys)
    return both, new


async def _sealed(hooks: Hooks) -> str:
    with acting_for(hooks.desk.tenant_id):
        return str(await fetch_value("select secret from webhooks"))


async def test_old_deliveries_are_swept_unless_they_wait(hooks: Hooks) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    for _ in range(3):
        await hooks.happen()
    new, waiting, old = await hooks.log(webhook)
    for each, state in ((new, "DELIVERED"), (waiting, "PENDING"), (old, "FAILED")):
        age = "0 days" if each is new else "31 days"
        change = f"state = '{state}', created_at = now() - interval '{age}'"
        await hooks.change("webhook_deliveries", change, each["id"])

    await housekeeping.sweep_webhook_deliveries(timedelta(days=30))

    assert [each["id"] for each in await hooks.log(webhook)] == [new["id"], waiting["id"]]


async def test_a_delivery_whose_job_is_lost_is_swept_in_the_end(hooks: Hooks) -> None:
    webhook = await hooks.create(eventTypes=["ticket.created"])
    for _ in range(2):
        await hooks.happen()
    replayed, lost = await hooks.log(webhook)
    old = "created_at = now() - interval '31 days'"
    await hooks.change("webhook_deliveries", old, replayed["id"])
    await hooks.change("webhook_deliveries", f"{old}, next_try_at = now() - interval '31 days'", lost["id"])

    await housekeeping.sweep_webhook_deliveries(timedelta(days=30))

    assert [each["id"] for each in await hooks.log(webhook)] == [replayed["id"]]


async def test_what_was_carried_of_a_purged_ticket_is_forgotten(hooks: Hooks, receiver: Receiver) -> None:
    title = "query($subjectId: ID!) { ticket(id: $subjectId) { title } }"
    webhook = await hooks.create(eventTypes=["ticket.created"], query=title)
    gone = await hooks.open_ticket(title="Canary 金丝雀")
    stays = await hooks.open_ticket(title="Stays")
    await hooks.match(
        [*await hooks.events("ticket.created", gone), *await hooks.events("ticket.created", stays)]
    )
    receiver.answers = [answer(200, "Canary 金丝雀")]
    await hooks.deliver()
    await hooks.change("tickets", "state = 'DELETED', deleted_at = now() - interval '31 days'", gone)

    await housekeeping.purge_tickets_of_all()

    with acting_for(hooks.desk.tenant_id):
        kept = str([dict(row) for row in await fetch("select * from webhook_deliveries")])
    kept_one, purged = await hooks.log(webhook)
    assert "Stays" in kept and "Canary" not in kept
    assert [kept_one["state"], purged["state"]] == ["DELIVERED", "DELIVERED"]
    await hooks.run("webhookDeliveryReplay", purged["id"])
    await hooks.deliver()
    assert (await hooks.log(webhook))[1]["problem"] == "OUT_OF_SIGHT"
    assert len(receiver.received) == 2
