"""The fixed words of agent groups as API enums."""

from enum import Enum

import strawberry


@strawberry.enum(description="How a group finds an agent for a ticket that comes to it without one.")
class GroupRouting(Enum):
    MANUAL = strawberry.enum_value(
        "MANUAL",
        description="It waits until somebody takes or assigns it; a group's only agent gets it at once (R8).",
    )
    ROUND_ROBIN = strawberry.enum_value(
        "ROUND_ROBIN", description="Who was given none for the longest time, of those who have room."
    )
    LEAST_LOADED = strawberry.enum_value(
        "LEAST_LOADED",
        description="Who has the fewest of its tickets that are not solved, of those who have room.",
    )
