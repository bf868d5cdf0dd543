"""Signing in by somebody else's word. A provider turns a protocol into an identity, and nothing more: whom that is
here, whether they may come in, as what, and only once, is the product's."""

from abc import abstractmethod
from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from core.sdk.provider import ConfigT, Provider


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a visitor's browser sent: fields of a form or of the address, each once, at most 16 KiB together. Nothing of
    it is to be believed before it was verified."""

    fields: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who somebody is, by the word of the other side. What was not verified has no place here."""

    subject: str
    """Who it is at the other side, for ever: at most 300 characters. People are known again by this alone."""
    used_as: str
    """What tells this sign-in from all others, at most 300 characters. It is let in once."""
    valid_until: datetime
    """Until when the same could be sent again, at most a day ahead: so long it is remembered as used."""
    email: str | None = None
    email_verified: bool = False
    """Whether the other side vouches that the address is this person's."""
    name: str | None = None
    groups: frozenset[str] = frozenset()
    """What the person belongs to at the other side. The tenant says which roles that gives."""


class SSOProvider(Provider[ConfigT]):
    """A way to sign in by which the visitor brings a proof along, such as a signed token."""

    def begin(self, return_to: str) -> Awaitable[str | None]:
        """Where a visitor goes who has brought nothing yet: an https address at the other side, or None where there is
        none. `return_to` is where they want to come back to, a path of the helpdesk's. Unless it is overridden, they
        can only come from the other side."""

        async def nowhere() -> str | None:
            return None

        return nowhere()

    @abstractmethod
    def verify(self, credentials: Credentials) -> Awaitable[Identity]:
        """Who the visitor is; 5 seconds' time. Raises Rejected for whatever is wrong with the credentials; its message
        goes to the tenant's log and never to the visitor. AuthFailed and Retry are for what is wrong with the
        configuration or the other side."""
