"""A real mail server in this process, by STARTTLS, implicit TLS or neither, with accounts."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.canaries import MARK

NAME, PASSWORD = "desk", f"{MARK}p@ss:wort/ 密"


@dataclass
class Mailbox:
    """What a server took in, and what it answers to some recipients."""

    taken: list[Envelope] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)
    data_answer: str = "250 OK"
    sender_answer: str = "250 OK"
    hangs: bool = False
    """It takes a mail, and never says so."""

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.hangs:
            await asyncio.sleep(3)
        if self.data_answer.startswith("250"):
            self.taken.append(envelope)
        return self.data_answer


@dataclass
class Server:
    port: int
    mailbox: Mailbox
    trust: ssl.SSLContext
    close: Callable[[], None]
    """Now, and not only when the test is over."""


Start = Callable[..., Server]


def _check(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    fits = (data.login, data.password) == (NAME.encode(), PASSWORD.encode())
    return AuthResult(success=fits, handled=False)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def smtp(authority: trustme.CA) -> Iterator[Start]:
    """Starts servers: `smtp(tls="starttls", accounts=True, utf8=True)`."""
    running: list[Controller] = []

    def start(*, tls: str = "starttls", accounts: bool = False, utf8: bool = True) -> Server:
        own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(own)
        given: dict[str, Any] = {"enable_SMTPUTF8": utf8}
        if tls == "starttls":
            given |= {"tls_context": own, "require_starttls": True}
        if tls == "implicit":
            given |= {"ssl_context": own}
        if accounts:
            given |= {"authenticator": _check, "auth_required": True, "auth_require_tls": tls == "starttls"}
        mailbox = Mailbox()
        controller = Controller(mailbox, hostname="localhost", port=0, **given)
        controller.port = _free_port()
        controller.start()
        running.append(controller)
        trust = ssl.create_default_context()
        authority.configure_trust(trust)
        return Server(controller.port, mailbox, trust, lambda: close(controller))

    def close(controller: Controller) -> None:
        running.remove(controller)
        asyncio.run_coroutine_threadsafe(_let_go(), controller.loop).result(10)
        controller.stop()

    yield start
    for controller in list(running):
        close(controller)


async def _let_go() -> None:
    """Until every connection has ended: one that is still closing when the loop stops is never closed."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=5)
    await asyncio.sleep(0)


def _free_port() -> int:
    import socket

    with socket.create_server(("localhost", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port
