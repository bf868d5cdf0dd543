"""Small choices of webhooks, as the API names them."""

from enum import Enum

import strawberry


@strawberry.enum(description="Whether a webhook's events go out.")
class WebhookState(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Yes.")
    PAUSED = strawberry.enum_value("PAUSED", description="Not until it is resumed.")


@strawberry.enum(description="Why a webhook is paused.")
class WebhookPauseReason(Enum):
    MANUAL = strawberry.enum_value("MANUAL", description="Somebody paused it.")
    FAILING = strawberry.enum_value("FAILING", description="Nothing got through for days.")
    GONE = strawberry.enum_value("GONE", description="The receiver answered 410 Gone.")
    OWNER = strawberry.enum_value("OWNER", description="Its owner may not keep webhooks any more.")


@strawberry.enum(description="How far a delivery has come.")
class WebhookDeliveryState(Enum):
    PENDING = strawberry.enum_value("PENDING", description="To be tried, at first or again.")
    DELIVERED = strawberry.enum_value("DELIVERED", description="The receiver took it: it answered 2xx.")
    FAILED = strawberry.enum_value("FAILED", description="Given up after the last try.")
    HELD = strawberry.enum_value("HELD", description="Held back until its webhook is resumed.")


@strawberry.enum(description="What was wrong with a delivery's last try.")
class WebhookDeliveryProblem(Enum):
    STATUS = strawberry.enum_value("STATUS", description="The receiver answered with an error.")
    REDIRECT = strawberry.enum_value("REDIRECT", description="The receiver redirected; that is not followed.")
    NO_ANSWER = strawberry.enum_value("NO_ANSWER", description="No answer came, or none in time.")
    REFUSED_ADDRESS = strawberry.enum_value(
        "REFUSED_ADDRESS", description="The name leads to an address that is private or reserved."
    )
    QUERY = strawberry.enum_value(
        "QUERY", description="The query failed as a whole; `problemDetail` says why."
    )
    TOO_LARGE = strawberry.enum_value("TOO_LARGE", description="The payload is over 256 KiB.")
    OUT_OF_SIGHT = strawberry.enum_value(
        "OUT_OF_SIGHT", description="The event is gone, or its owner may not see it any more."
    )
