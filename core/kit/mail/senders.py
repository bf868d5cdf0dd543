"""Ways out for letters: a mail server, or a folder where there is none."""

import asyncio
import os
import ssl
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

_PORTS = {"starttls": 587, "implicit": 465, "none": 25}


class Undeliverable(Exception):
    """The server refuses this letter for good; sending it again would not help."""


class Sender(Protocol):
    """Takes letters out."""

    async def send(self, letter: EmailMessage) -> None:
        """Hand the letter over. Raises Undeliverable, or whatever says that it may work later."""


class SmtpSender:
    """Sends through the server that a `smtp://user:password@host:587?tls=starttls` address names.

    With `starttls`, the default, and `implicit` nothing is said before the connection is encrypted and the
    certificate checked; `none` is for a server on the same machine.
    """

    def __init__(self, url: str, *, tls_context: ssl.SSLContext | None = None, timeout: float = 30.0) -> None:
        parts = urlsplit(url)
        self._tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
        self._host = parts.hostname or "localhost"
        self._port = parts.port or _PORTS[self._tls]
        self._user = unquote(parts.username) if parts.username else None
        self._password = unquote(parts.password) if parts.password else None
        self._context = tls_context
        self._timeout = timeout

    async def send(self, letter: EmailMessage) -> None:
        sender, recipient = (parseaddr(str(letter[header]))[1] for header in ("From", "To"))
        options = [] if (sender + recipient).isascii() else ["SMTPUTF8", "BODY=8BITMIME"]
        async with self._client() as client:
            if options and not await self._takes_utf8(client):
                raise Undeliverable(f"{self._host} takes no addresses beyond ASCII (SMTPUTF8).")
            try:
                await client.sendmail(sender, [recipient], letter.as_bytes(), mail_options=options)
            except aiosmtplib.SMTPRecipientsRefused as refused:
                raise _judged(refused.recipients[0]) from refused
            except aiosmtplib.SMTPDataError as refused:
                raise _judged(refused) from refused

    async def _takes_utf8(self, client: aiosmtplib.SMTP) -> bool:
        await client.ehlo()  # What was said before STARTTLS does not count.
        return client.supports_extension("smtputf8")

    def _client(self) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=self._host,
            port=self._port,
            username=self._user,
            password=self._password,
            use_tls=self._tls == "implicit",
            start_tls=self._tls == "starttls",
            tls_context=self._context if self._tls != "none" else None,
            timeout=self._timeout,
        )


def _judged(refused: aiosmtplib.SMTPResponseException) -> Exception:
    """5xx is for ever, 4xx for now. Only about recipients and content: a refused sender or password is ours to mend."""
    if 500 <= refused.code < 600:
        return Undeliverable(f"{refused.code} {refused.message}")
    return refused


class FolderSender:
    """Puts each letter into a folder as an `.eml` file, readable by its owner only; for installations without a mail
    server. A letter that is sent again replaces itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, letter: EmailMessage) -> None:
        await asyncio.to_thread(self._write, letter)

    def _write(self, letter: EmailMessage) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = str(letter["Message-ID"]).strip("<>").partition("@")[0]
        moment = parsedate_to_datetime(str(letter["Date"]))
        target = self._folder / f"{moment:%Y%m%dT%H%M%S}-{key}.eml"
        draft = target.with_suffix(f".{os.getpid()}.draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(letter.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
