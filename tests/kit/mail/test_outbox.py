"""From the outbox to the letter, by the job that stands between them."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import orjson
import pytest

from core.kit.context import acting_for
from core.kit.database import Reach, execute, fetch, fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.jobs import Handler, Pace, work
from core.kit.mail.outbox import KIND, queue_mail
from core.kit.mail.senders import FolderSender, Sender, SmtpSender
from core.kit.mail.sending import mail_handler
from core.kit.mail.templates import BadMail
from core.operating import operator_context
from core.testing import Desk

from .conftest import Start

VALUES = {
    "name": "王伟",
    "desk": "北风",
    "link": "https://desk.example/invitation#token=dgi_secret",
    "days": "7",
}
PACE = Pace(poll_seconds=0.02, attempts=2, grace=timedelta(seconds=5))


@pytest.fixture(autouse=True)
async def only_mail(desk: Desk) -> None:
    """A worker serves every tenant; what other tests left to be sent would be counted as ours."""
    await execute(
        "update jobs set state = 'done' where kind = :kind and state <> 'done'",
        {"kind": KIND},
        reach=Reach.SYSTEM,
    )


async def queue(desk: Desk, to: str = "wang@example.com", values: Mapping[str, str] = VALUES) -> None:
    with acting_for(desk.tenant_id):
        async with transaction():
            await queue_mail(
                operator_context(desk.tenant_id),
                to=to,
                locale="zh-Hans",
                template="invitation",
                values=values,
            )


async def mail_of(desk: Desk) -> Row:
    with acting_for(desk.tenant_id):
        row = await fetch_one(
            "select * from jobs where kind = :kind order by id desc limit 1", {"kind": KIND}
        )
    assert row is not None
    return row


async def send_all(desk: Desk, sender: Sender, state: str = "done", pace: Pace = PACE) -> Row:
    handlers: dict[str, Handler] = {KIND: mail_handler(sender, mail_from="北风 <desk@localhost>")}
    task = asyncio.create_task(work(handlers, pace))
    try:
        async with asyncio.timeout(20):
            while True:
                row = await mail_of(desk)
                if row["state"] == state:
                    return row
                await asyncio.sleep(0.02)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_queued_mail_goes_out_and_its_secret_is_forgotten(desk: Desk, tmp_path: Path) -> None:
    await queue(desk)
    before = await mail_of(desk)

    after = await send_all(desk, FolderSender(tmp_path))

    assert orjson.loads(before["payload"])["values"] == VALUES
    assert (after["payload"], after["attempts"]) == ("{}", 1)
    letters = [
        message_from_bytes(file.read_bytes(), policy=policy.default) for file in tmp_path.glob("*.eml")
    ]
    mine = [letter for letter in letters if letter["Message-ID"] == f"<{before['id'].hex}@localhost>"]
    assert [letter["To"] for letter in mine] == ["wang@example.com"]
    assert mine[0]["Subject"] == "邀请您加入北风"


async def test_a_mail_that_cannot_be_written_is_refused_to_who_asks(desk: Desk) -> None:
    with pytest.raises(BadMail):
        await queue(desk, values={"name": "x"})

    with acting_for(desk.tenant_id):
        assert await fetch("select 1 from jobs where kind = :kind", {"kind": KIND}) == []


async def test_a_mail_sent_twice_is_recognisably_one(desk: Desk) -> None:
    sent: list[EmailMessage] = []

    class FailsAfterSending:
        async def send(self, letter: EmailMessage) -> None:
            sent.append(letter)
            if len(sent) == 1:
                raise ConnectionResetError("the answer was lost")

    await queue(desk)
    row = await send_all(desk, FailsAfterSending())

    assert row["attempts"] == 2
    assert len(sent) == 2
    assert sent[0]["Message-ID"] == sent[1]["Message-ID"]
    assert sent[0]["Date"] == sent[1]["Date"]


async def test_a_recipient_refused_for_good_is_not_tried_again(desk: Desk, smtp: Start) -> None:
    server = smtp()
    server.mailbox.refusals = {"gone@example.com": "550 5.1.1 no such user"}
    sender = SmtpSender(f"smtp://localhost:{server.port}", tls_context=server.trust, timeout=5)

    await queue(desk, to="gone@example.com")
    row = await send_all(desk, sender, state="parked")

    assert row["attempts"] == 1
    assert "550 5.1.1 no such user" in row["last_error"]


async def test_a_mail_server_that_is_away_is_tried_again(desk: Desk, smtp: Start) -> None:
    server = smtp()
    server.mailbox.data_answer = "451 4.3.0 later"
    sender = SmtpSender(f"smtp://localhost:{server.port}", tls_context=server.trust, timeout=5)

    await queue(desk)
    row = await send_all(desk, sender, state="parked")

    assert row["attempts"] == PACE.attempts
    assert "451" in row["last_error"]
