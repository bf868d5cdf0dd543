"""The fixed words of webhooks."""

from enum import StrEnum


class WebhookState(StrEnum):
    """Whether events go out. One that is deleted is seen by nobody, and goes when its log has gone."""

    ACTIVE = "ACTIVE"
    PAUSED = "PAUSED"
    DELETED = "DELETED"


class PauseReason(StrEnum):
    """Why a webhook is paused."""

    MANUAL = "MANUAL"
    FAILING = "FAILING"
    GONE = "GONE"
    OWNER = "OWNER"


class DeliveryState(StrEnum):
    """How far a delivery has come."""

    PENDING = "PENDING"
    DELIVERED = "DELIVERED"
    FAILED = "FAILED"
    HELD = "HELD"


class DeliveryProblem(StrEnum):
    """What kept a delivery from being taken, as far as the sender can tell."""

    REFUSED_ADDRESS = "REFUSED_ADDRESS"
    NO_ANSWER = "NO_ANSWER"
    REDIRECT = "REDIRECT"
    STATUS = "STATUS"
    QUERY = "QUERY"
    TOO_LARGE = "TOO_LARGE"
    OUT_OF_SIGHT = "OUT_OF_SIGHT"


PING = "webhook.ping"
"""The type of what `webhookTest` sends. No event of the tenant has it."""
