"""Media by which people are told what they have not read: mail, a chat, whatever reaches them. Whom to tell, of what
and when, in which words, is the product's; a medium takes it there."""

from abc import abstractmethod
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.sdk.provider import ConfigT, Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A notification in its reader's language. The text says all that the HTML does."""

    key: str
    """Of 32 letters and digits. The same notification has the same one, however often it is delivered."""
    written_at: datetime
    locale: str
    """As in `zh-Hans`."""
    subject: str = field(repr=False)
    """One line."""
    text: str = field(repr=False)
    html: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Whom it is for: somebody of the tenant's."""

    user_id: UUID
    name: str = field(repr=False)
    email: str = field(repr=False)
    shows_name: bool = False
    """Whether the tenant wants the name to stand beside the address."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """That it was taken. `reference` is what the other side knows it by, at most 300 characters; None where it does not
    say."""

    reference: str | None = None


class NotificationMedium(Provider[ConfigT]):
    """A way to reach people. Needs the scope `people:notify`."""

    @abstractmethod
    def deliver(self, notification: Rendered, to: Recipient) -> Awaitable[Delivery]:
        """Take it to one person; 30 seconds' time, in the worker. It may be called again with the same `key`, where
        nobody knows how the last call ended: tell the other side the key, so that what comes twice is known as one.
        Raises Rejected where this can never reach them, and is not called for it again; after AuthFailed, Retry and
        Unreachable it is, later each time, for some hours."""
