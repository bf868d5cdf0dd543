"""Small choices of methods."""

from enum import StrEnum

from core.kit.context import UserKind


class Serves(StrEnum):
    """Whom a method lets in."""

    CUSTOMERS = "CUSTOMERS"
    AGENTS = "AGENTS"

    @property
    def kind(self) -> UserKind:
        """As what they come in."""
        return UserKind.CUSTOMER if self is Serves.CUSTOMERS else UserKind.AGENT


class Refusal(StrEnum):
    """Why somebody was not let in, for the audit log."""

    UNKNOWN = "UNKNOWN"
    REJECTED = "REJECTED"
    BROKEN = "BROKEN"
    UNAVAILABLE = "UNAVAILABLE"
    REPLAYED = "REPLAYED"
    DISABLED = "DISABLED"
    OTHER_KIND = "OTHER_KIND"
    NOT_PROVISIONED = "NOT_PROVISIONED"
    ADDRESS_TAKEN = "ADDRESS_TAKEN"
    SEATS_TAKEN = "SEATS_TAKEN"
