"""A mail server, as a helpdesk's notifications go through it."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email.utils import parseaddr
from typing import TYPE_CHECKING

from core.sdk import AuthFailed, Delivery, NotGranted, NotificationMedium, Recipient, Rejected, Rendered
from plugins.notify_smtp.answers import CONNECTING, SENDING, SIGNING_IN, understood
from plugins.notify_smtp.config import SmtpConfig

if TYPE_CHECKING:
    from aiosmtplib import SMTP

SECONDS = 20.0
"""For each answer of the server."""


class Smtp(NotificationMedium[SmtpConfig]):
    name = "smtp"
    title = "Mail server (SMTP)"
    summary = "Mails go out through a server of your own, from an address of your own."
    Config = SmtpConfig

    async def check(self) -> None:
        """Sign in, and ask whether the server takes mails from this sender. Nothing is sent."""
        from core.sdk.letters import wire_address

        sender = wire_address(parseaddr(self.config.sender)[1])
        async with self._connected() as client:
            options = _options(client, sender, field="sender_address")
            with understood(SENDING, field="sender_address"):
                await client.mail(sender, options=options, encoding="utf-8")
                await client.rset()

    async def deliver(self, notification: Rendered, to: Recipient) -> Delivery:
        from core.sdk.letters import letter_of

        letter = letter_of(notification, to, sender=self.config.sender)
        sender, recipient = (parseaddr(str(letter[header]))[1] for header in ("From", "To"))
        async with self._ready() as client:
            options = _options(client, sender + recipient)
            with understood(SENDING):
                await client.sendmail(sender, [recipient], letter.as_bytes(), mail_options=options)
        return Delivery(str(letter["Message-ID"]))

    @asynccontextmanager
    async def _ready(self) -> "AsyncIterator[SMTP]":
        """As `_connected`. What it rejects is nothing of the letter's: somebody has to mend the configuration."""
        async with contextlib.AsyncExitStack() as stack:
            try:
                client = await stack.enter_async_context(self._connected())
            except NotGranted:
                raise
            except Rejected as error:
                raise AuthFailed(error.message) from error
            yield client

    @asynccontextmanager
    async def _connected(self) -> "AsyncIterator[SMTP]":
        """The server, greeted, by encryption as configured, and signed in."""
        import aiosmtplib

        config = self.config
        trust = await asyncio.to_thread(ssl.create_default_context)  # which reads files
        sock = await self.ctx.connect(config.host, config.chosen_port)
        client = aiosmtplib.SMTP(
            hostname=config.host, sock=sock, use_tls=config.ssl, start_tls=False, tls_context=trust,
            timeout=SECONDS, local_hostname="deskgraph.localdomain",
        )  # fmt: skip
        try:
            with understood(CONNECTING):
                await client.connect()
                await client.ehlo()
                if not config.ssl and client.supports_extension("starttls"):
                    await client.starttls()
                    await client.ehlo()
            await self._sign_in(client)
            yield client
            # What was sent is sent, however the server says goodbye.
            with contextlib.suppress(aiosmtplib.SMTPException, OSError):
                await client.quit()
        finally:
            client.close()  # and the socket, which is the client's since it was connected

    async def _sign_in(self, client: "SMTP") -> None:
        config = self.config
        if config.account is None or config.password is None:
            return
        if client.get_transport_info("sslcontext") is None:
            raise Rejected(
                "The server offers no encryption, so the password was not sent; turn SSL on", field="ssl"
            )
        with understood(SIGNING_IN, field="account"):
            await client.login(config.account, config.password.get_secret_value())


def _options(client: "SMTP", addresses: str, *, field: str | None = None) -> list[str]:
    """What the server is asked for where addresses go beyond ASCII. Raises Rejected."""
    if addresses.isascii():
        return []
    if not client.supports_extension("smtputf8"):
        raise Rejected("The mail server takes no addresses beyond ASCII (SMTPUTF8)", field=field)
    return ["SMTPUTF8", "BODY=8BITMIME"]
