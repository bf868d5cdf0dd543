"""Notifications as letters, for media that send mail."""

from email.message import EmailMessage

from core.kit.mail.letters import BadAddress, compose, wire_address
from core.kit.mail.templates import Written
from core.sdk.errors import Rejected
from core.sdk.notifying import Recipient, Rendered

__all__ = ["BadAddress", "letter_of", "wire_address"]


def letter_of(notification: Rendered, to: Recipient, *, sender: str) -> EmailMessage:
    """The letter, from a `sender` like `Helpdesk <desk@example.com>`: with both parts, a Message-ID made of the key,
    and what keeps other machines from answering it. Raises Rejected for an address that is none."""
    words = Written(notification.locale, notification.subject, notification.text, notification.html)
    try:
        return compose(
            sender=sender, to=to.email, words=words, key=notification.key, written_at=notification.written_at,
            to_name=to.name if to.shows_name else "",
        )  # fmt: skip
    except BadAddress as error:
        raise Rejected(str(error)) from error
