"""A letter: the message as it goes over the wire, with headers that other mail programs rely on."""

import re
from datetime import datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

import idna

from core.kit.mail.templates import Written

_LOCAL_PART = re.compile(r"[^\s\x00-\x20\x7f\"(),:;<>@\[\]\\]{1,64}")


class BadAddress(ValueError):
    """No mail can be sent to this."""


def compose(
    *, sender: str, to: str, words: Written, key: str, written_at: datetime, to_name: str = ""
) -> EmailMessage:
    """The letter. `key` makes its Message-ID: the same key, the same letter, however often it is sent. `to_name` stands
    beside the address, where it is given. Raises BadAddress."""
    address = wire_address(to)
    name, own = parseaddr(sender)
    own = wire_address(own)
    letter = EmailMessage(policy=policy.SMTP if (address + own).isascii() else policy.SMTPUTF8)
    letter["From"] = _named(name, own)
    letter["To"] = _named(" ".join(to_name.split()), address)
    letter["Subject"] = words.subject
    letter["Date"] = format_datetime(written_at)
    letter["Message-ID"] = f"<{key}@{own.rpartition('@')[2]}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter["Content-Language"] = words.locale
    letter.set_content(words.text, cte="quoted-printable" if words.text.isascii() else "base64")
    letter.add_alternative(words.html, subtype="html", cte="base64")
    return letter


def wire_address(value: str) -> str:
    """An address as servers know it: the domain in punycode; a local part beyond ASCII stays, and needs SMTPUTF8.
    Raises BadAddress."""
    local, _, domain = value.rpartition("@")
    if not _LOCAL_PART.fullmatch(local):
        raise BadAddress(f"{value[:80]} is not a mail address.")
    try:
        return f"{local}@{idna.encode(domain, uts46=True).decode()}"
    except idna.IDNAError as error:
        raise BadAddress(f"{value[:80]} is not a mail address: {error}.") from error


def _named(name: str, address: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(name, local, domain)
