"""Mails by templates go through the tenant's own server, and the mail settings say through which."""

from email import message_from_bytes, policy

import pytest

from core.testing import Desk
from settings import Settings
from tests.kit.mail.conftest import Start
from tests.mails.making import choose, given_ticket, make_template
from tests.notifications.telling import tell
from tests.plugins.notify_smtp.making import configured, deliver, told, unread
from tests.tickets.making import statuses, updated


@pytest.mark.requirement("Q1")
@pytest.mark.requirement("Q3")
async def test_of_several_servers_the_one_that_the_settings_name_serves(
    desk: Desk, smtp: Start, settings: Settings
) -> None:
    first, second = smtp(accounts=True), smtp(accounts=True)
    await configured(desk, first)
    chosen = await configured(desk, second, label="Second")
    assert (await choose(desk, mediumId=chosen))["medium"] == {"id": chosen}
    await unread(desk)

    await deliver(desk, settings)

    assert (len(first.mailbox.taken), len(second.mailbox.taken)) == (0, 1)


@pytest.mark.requirement("Q3")
@pytest.mark.requirement("Q4")
@pytest.mark.requirement("G8")
async def test_a_letter_goes_to_who_has_it_when_it_is_sent_once(
    desk: Desk, smtp: Start, settings: Settings
) -> None:
    server = smtp(accounts=True)
    await configured(desk, server)
    await choose(
        desk,
        statusTemplateId=await make_template(desk, subject="状态 ${ticket.status}"),
        namesRecipients=True,
    )
    ticket = await given_ticket(desk)
    await updated(desk.admin, ticket, statusId=(await statuses(desk))["pending"])
    await tell(desk)
    await updated(desk.admin, ticket, assigneeId=desk.leader.id)

    await deliver(desk, settings)
    await deliver(desk, settings)

    (envelope,) = server.mailbox.taken
    assert isinstance(envelope.content, bytes)
    found = message_from_bytes(envelope.content, policy=policy.default)
    assert envelope.rcpt_tos == [desk.leader.email]
    assert (str(found["To"]), str(found["Subject"])) == (f"Leader <{desk.leader.email}>", "状态 Pending")
    [(kind, changes)] = await told(desk, ticket)
    assert (kind, changes["userId"], changes["medium"]) == (
        "notification.sent",
        [None, desk.leader.id],
        [None, "Our server"],
    )
