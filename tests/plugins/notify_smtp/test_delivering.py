"""Notifications through the tenant's own server: once each, recorded, and no other tenant's."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import Envelope

from core.kit.context import acting_for
from core.kit.jobs import GiveUp, Queue
from core.kit.jobs.queues import queue_of
from core.kit.mail.outbox import KIND as MAIL
from core.notifications.tasks import deliver_handler
from core.sdk import AuthFailed, Retry, Unreachable
from core.testing import Desk
from settings import Settings
from tests.extensions.making import DISABLE
from tests.kit.mail.conftest import Start
from tests.notifications.telling import mails
from tests.plugins.notify_smtp.making import (
    configured,
    deliver,
    made_at,
    queued,
    state,
    told,
    tools,
    unread,
)

DELETE = "mutation($id: ID!) { pluginInstanceDelete(input: {id: $id}) { deletedId userErrors { code } } }"


def letter(envelope: Envelope) -> EmailMessage:
    content = envelope.content
    assert isinstance(content, bytes)
    return message_from_bytes(content, policy=policy.default)


@pytest.mark.requirement("Q1", "G8")
async def test_a_notification_goes_through_the_tenant_s_server(
    desk: Desk, other: Desk, smtp: Start, settings: Settings, tmp_path: Path
) -> None:
    server = smtp(accounts=True)
    await configured(desk, server)

    ticket, theirs = await unread(desk), await unread(other)
    (job,) = await queued(desk)
    await deliver(desk, settings)

    (envelope,) = server.mailbox.taken
    found = letter(envelope)
    assert (envelope.mail_from, envelope.rcpt_tos) == ("desk@north.example", [desk.agent.email])
    assert str(found["From"]) == "北风 Support <desk@north.example>"
    assert str(found["Subject"]) == f"#{ticket['number']} 打印机坏了 (Northwind 北风)"
    assert str(found["Message-ID"]) == f"<{job.id.hex}@north.example>"
    assert str(found["Auto-Submitted"]) == "auto-generated"
    assert await told(desk, ticket) == [
        (
            "notification.sent",
            {"userId": [None, desk.agent.id], "mail": [None, job.id.hex], "medium": [None, "Our server"]},
        )
    ]
    assert await mails(desk, tmp_path) == []
    # The other tenant has no server of its own: all is as it was.
    assert await queued(other) == []
    assert [str(each["To"]) for each in await mails(other, tmp_path)] == [other.agent.email]
    ((kind, changes),) = await told(other, theirs)
    assert kind == "notification.sent"
    assert "medium" not in changes


async def test_a_mail_is_delivered_once(desk: Desk, smtp: Start, settings: Settings) -> None:
    server = smtp(accounts=True)
    await configured(desk, server)
    ticket = await unread(desk)

    await deliver(desk, settings)
    await deliver(desk, settings)

    assert len(server.mailbox.taken) == 1
    assert len(await told(desk, ticket)) == 1


async def test_what_is_sent_again_is_recognisably_one(desk: Desk, smtp: Start, settings: Settings) -> None:
    server = smtp(accounts=True)
    await configured(desk, server)
    await unread(desk)
    (job,) = await queued(desk)
    handler = deliver_handler(tools(settings))

    for _ in range(2):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(ZeroDivisionError):
            patch.setattr("core.notifications.service.delivering.note", dies)
            with acting_for(desk.tenant_id):
                await handler(job)

    first, second = map(letter, server.mailbox.taken)
    assert (first["Message-ID"], first["Date"]) == (second["Message-ID"], second["Date"])


async def dies(*_given: object, **_named: object) -> None:
    raise ZeroDivisionError


@pytest.mark.requirement("G8")
async def test_a_reader_refused_for_good_is_said_on_the_ticket(
    desk: Desk, smtp: Start, settings: Settings
) -> None:
    server = smtp(accounts=True)
    instance = await configured(desk, server)
    server.mailbox.refusals = {desk.agent.email: "550 5.1.1 no such user"}
    ticket = await unread(desk)
    (job,) = await queued(desk)

    with pytest.raises(GiveUp):
        await deliver(desk, settings)

    assert await told(desk, ticket) == [
        (
            "notification.not_sent",
            {
                "userId": [None, desk.agent.id], "mail": [None, job.id.hex], "medium": [None, "Our server"],
                "reason": [None, "The mail server answers 550 5.1.1 no such user"],
            },
        )
    ]  # fmt: skip
    assert (await state(desk, instance))["state"] == "ACTIVE"


async def test_a_server_that_is_busy_is_tried_again(desk: Desk, smtp: Start, settings: Settings) -> None:
    server = smtp(accounts=True)
    instance = await configured(desk, server)
    ticket = await unread(desk)

    server.mailbox.data_answer = "451 4.3.0 later"
    with pytest.raises(Retry):
        await deliver(desk, settings)
    busy = await state(desk, instance)
    before = await told(desk, ticket)
    server.mailbox.data_answer = "250 OK"
    await deliver(desk, settings)

    assert (busy["state"], busy["errorCode"]) == ("RETRYING", "RETRY")
    assert before == []
    assert (await state(desk, instance))["state"] == "ACTIVE"
    assert [kind for kind, _ in await told(desk, ticket)] == ["notification.sent"]


async def test_a_changed_password_needs_somebody(desk: Desk, smtp: Start, settings: Settings) -> None:
    server = smtp(accounts=True)
    instance = await configured(desk, server)
    await unread(desk)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.kit.mail.conftest.PASSWORD", "another")
        for _ in range(2):
            with pytest.raises(AuthFailed):
                await deliver(desk, settings)

    assert (await state(desk, instance))["state"] == "NEEDS_ATTENTION"
    attention = [
        each.payload["to"]
        for each in await queued(desk, MAIL)
        if each.payload["template"] == "plugin_attention"
    ]
    assert sorted(attention) == sorted([desk.founder.email, desk.admin.email])


@pytest.mark.requirement("G8")
async def test_what_no_server_takes_for_hours_is_given_up(
    desk: Desk, smtp: Start, settings: Settings
) -> None:
    server = smtp(accounts=True)
    await configured(desk, server)
    ticket = await unread(desk)
    (job,) = await queued(desk)
    server.mailbox.data_answer = "451 4.3.0 later"

    await made_at(desk, job.id, hours_ago=5)
    with pytest.raises(Retry):
        await deliver(desk, settings)
    (job,) = await queued(desk)
    await made_at(desk, job.id, hours_ago=2)
    with pytest.raises(GiveUp):
        await deliver(desk, settings)

    assert [kind for kind, _ in await told(desk, ticket)] == ["notification.not_sent"]
    assert server.mailbox.taken == []


async def test_one_tenant_s_broken_server_holds_up_no_other(
    desk: Desk, other: Desk, smtp: Start, settings: Settings
) -> None:
    broken, good = smtp(accounts=True), smtp(accounts=True)
    await configured(desk, broken)
    await configured(other, good)
    await unread(desk)
    ticket = await unread(other)
    broken.mailbox.data_answer = "451 4.3.0 later"
    shared = tools(settings)

    for _ in range(5):
        with pytest.raises(Retry):
            await deliver(desk, settings, using=shared)
    with pytest.raises(Retry, match="left alone"):
        await deliver(desk, settings, using=shared)
    await deliver(other, settings, using=shared)

    assert len(good.mailbox.taken) == 1
    assert [kind for kind, _ in await told(other, ticket)] == ["notification.sent"]


async def test_a_server_that_hangs_is_cut_off_and_left_alone(
    desk: Desk, other: Desk, smtp: Start, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck, good = smtp(accounts=True), smtp(accounts=True)
    await configured(desk, stuck)
    await configured(other, good)
    await unread(desk)
    await unread(other)
    stuck.mailbox.hangs = True
    monkeypatch.setattr("core.notifications.service.delivering.SECONDS", 0.5)
    shared = tools(settings)

    for _ in range(5):
        with pytest.raises(Unreachable, match="too long"):
            await deliver(desk, settings, using=shared)
    with pytest.raises(Retry, match="left alone"):
        await deliver(desk, settings, using=shared)
    await deliver(other, settings, using=shared)

    assert len(good.mailbox.taken) == 1


@pytest.mark.parametrize("how", ["disabled", "deleted"])
async def test_without_the_server_it_goes_as_for_everybody(
    desk: Desk, smtp: Start, settings: Settings, tmp_path: Path, how: str
) -> None:
    server = smtp(accounts=True)
    instance = await configured(desk, server)
    await unread(desk)

    if how == "disabled":
        (await desk.admin.ask(DISABLE, n="notify_smtp")).payload("pluginDisable")
    else:
        (await desk.admin.ask(DELETE, id=instance)).payload("pluginInstanceDelete")
    await deliver(desk, settings)

    assert server.mailbox.taken == []
    assert [str(each["To"]) for each in await mails(desk, tmp_path)] == [desk.agent.email]


async def test_of_several_servers_the_first_serves(desk: Desk, smtp: Start, settings: Settings) -> None:
    first, second = smtp(accounts=True), smtp(accounts=True)
    await configured(desk, first)
    await configured(desk, second, label="Second")
    await unread(desk)

    await deliver(desk, settings)

    assert (len(first.mailbox.taken), len(second.mailbox.taken)) == (1, 0)


async def test_a_server_that_is_gone_is_waited_for(desk: Desk, smtp: Start, settings: Settings) -> None:
    server = smtp(accounts=True)
    instance = await configured(desk, server)
    await unread(desk)
    server.close()

    with pytest.raises(Unreachable):
        await deliver(desk, settings)

    assert (await state(desk, instance))["errorCode"] == "UNREACHABLE"


async def test_it_runs_where_others_code_can_be_ended(settings: Settings) -> None:
    assert queue_of(deliver_handler(tools(settings))) is Queue.PLUGINS
