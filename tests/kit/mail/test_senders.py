"""Letters go out to a real server, or into a folder."""

import ssl
import stat
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import quote

import aiosmtplib
import pytest
from aiosmtpd.smtp import Envelope

from core.kit.mail.letters import compose
from core.kit.mail.senders import FolderSender, SmtpSender, Undeliverable
from core.kit.mail.templates import Written

from .conftest import NAME, PASSWORD, Server, Start

WORDS = Written("zh-Hans", "邀请您加入北风", "王伟，您好：\n\n.点\n", "<p>王伟，您好</p>")


def letter(to: str = "wang@example.com", key: str = "k1") -> EmailMessage:
    return compose(
        sender="北风 <desk@localhost>",
        to=to,
        words=WORDS,
        key=key,
        written_at=datetime(2026, 11, 23, 2, tzinfo=UTC),
    )


def sender(server: Server, query: str = "", account: str = "") -> SmtpSender:
    return SmtpSender(f"smtp://{account}localhost:{server.port}{query}", tls_context=server.trust, timeout=5)


def content_of(taken: Envelope) -> bytes:
    assert isinstance(taken.content, bytes)
    return taken.content


async def test_a_letter_arrives_by_starttls_with_an_account(smtp: Start) -> None:
    server = smtp(accounts=True)

    await sender(server, account=f"{NAME}:{quote(PASSWORD, safe='')}@").send(letter())

    (taken,) = server.mailbox.taken
    read = message_from_bytes(content_of(taken), policy=policy.default)
    assert (taken.mail_from, taken.rcpt_tos) == ("desk@localhost", ["wang@example.com"])
    assert read["Subject"] == "邀请您加入北风"
    assert read["From"].addresses[0].display_name == "北风"
    assert read["Message-ID"] == "<k1@localhost>"
    assert read["Auto-Submitted"] == "auto-generated"
    text, html = read.get_body(("plain",)), read.get_body(("html",))
    assert text is not None and text.get_content().replace("\r\n", "\n") == WORDS.text
    assert html is not None and "王伟，您好" in html.get_content()


async def test_implicit_tls_and_none_at_all(smtp: Start) -> None:
    secure, plain = smtp(tls="implicit"), smtp(tls="none")

    await sender(secure, "?tls=implicit").send(letter())
    await sender(plain, "?tls=none").send(letter())

    assert (len(secure.mailbox.taken), len(plain.mailbox.taken)) == (1, 1)


async def test_nothing_is_sent_in_the_clear_where_tls_was_asked_for(smtp: Start) -> None:
    server = smtp(tls="none")

    with pytest.raises(aiosmtplib.SMTPException):
        await sender(server).send(letter())

    assert server.mailbox.taken == []


async def test_nothing_is_sent_to_a_server_with_a_certificate_of_nobody(smtp: Start) -> None:
    server = smtp()

    with pytest.raises(ssl.SSLCertVerificationError):
        await SmtpSender(f"smtp://localhost:{server.port}", timeout=5).send(letter())

    assert server.mailbox.taken == []


async def test_a_wrong_password_is_no_fault_of_the_letter(smtp: Start) -> None:
    server = smtp(accounts=True)

    with pytest.raises(aiosmtplib.SMTPAuthenticationError):
        await sender(server, account="desk:wrong@").send(letter())

    assert server.mailbox.taken == []


async def test_addresses_in_any_script(smtp: Start) -> None:
    server = smtp()

    await sender(server).send(letter("bob@例子.中国"))
    await sender(server).send(letter("李@例子.中国"))

    first, second = server.mailbox.taken
    assert first.rcpt_tos == ["bob@xn--fsqu00a.xn--fiqs8s"]
    assert (first.smtp_utf8, second.smtp_utf8) == (False, True)
    assert second.rcpt_tos == ["李@xn--fsqu00a.xn--fiqs8s"]
    assert "To: 李@xn--fsqu00a.xn--fiqs8s".encode() in content_of(second)


async def test_an_address_that_the_server_cannot_take_is_undeliverable(smtp: Start) -> None:
    server = smtp(utf8=False)

    with pytest.raises(Undeliverable, match="SMTPUTF8"):
        await sender(server).send(letter("李@例子.中国"))

    assert server.mailbox.taken == []


async def test_5xx_about_the_recipient_or_the_letter_is_for_ever(smtp: Start) -> None:
    server = smtp()
    server.mailbox.refusals = {"gone@example.com": "550 5.1.1 no such user"}

    with pytest.raises(Undeliverable, match=r"550 5\.1\.1 no such user"):
        await sender(server).send(letter("gone@example.com"))
    server.mailbox.data_answer = "554 5.7.1 spam"
    with pytest.raises(Undeliverable, match="spam"):
        await sender(server).send(letter())

    assert server.mailbox.taken == []


async def test_4xx_is_for_now(smtp: Start) -> None:
    server = smtp()
    server.mailbox.refusals = {"full@example.com": "452 4.2.2 mailbox full"}

    with pytest.raises(aiosmtplib.SMTPRecipientRefused) as refused:
        await sender(server).send(letter("full@example.com"))

    assert refused.value.code == 452


async def test_a_server_that_is_not_there_is_for_now() -> None:
    with pytest.raises(aiosmtplib.SMTPConnectError):
        await SmtpSender("smtp://127.0.0.1:1?tls=none", timeout=2).send(letter())


async def test_the_folder_holds_each_letter_once_for_its_owner_only(tmp_path: Path) -> None:
    out = FolderSender(tmp_path / "mail")

    await out.send(letter(key="k1"))
    await out.send(letter(key="k1"))
    await out.send(letter("李@例子.中国", key="k2"))

    files = sorted((tmp_path / "mail").iterdir())
    assert [file.name for file in files] == ["20261123T020000-k1.eml", "20261123T020000-k2.eml"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600, 0o600]
    assert stat.S_IMODE((tmp_path / "mail").stat().st_mode) == 0o700
    read = message_from_bytes(files[0].read_bytes(), policy=policy.default)
    assert read["Subject"] == "邀请您加入北风"
