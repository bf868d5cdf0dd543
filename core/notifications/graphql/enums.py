"""The fixed words of notifications as API enums."""

from enum import Enum

import strawberry


@strawberry.enum(description="Why somebody is told.")
class NotificationKind(Enum):
    ASSIGNED = strawberry.enum_value("ASSIGNED", description="A ticket was given to you.")
    GROUP_ASSIGNED = strawberry.enum_value(
        "GROUP_ASSIGNED", description="A ticket that no agent has was given to a group of yours. Staff only."
    )
    COPIED = strawberry.enum_value("COPIED", description="You were copied in on a ticket.")
    CUSTOMER_REPLIED = strawberry.enum_value(
        "CUSTOMER_REPLIED", description="The customer's side wrote on a ticket you have, watch or asked."
    )
    AGENT_REPLIED = strawberry.enum_value(
        "AGENT_REPLIED", description="An agent wrote publicly on a ticket you have, watch or asked."
    )
    NOTED = strawberry.enum_value(
        "NOTED", description="Somebody wrote a private message on a ticket you have or watch. Staff only."
    )
    SOLVED = strawberry.enum_value(
        "SOLVED", description="A ticket you have, watch or asked was solved or closed."
    )
    REOPENED = strawberry.enum_value("REOPENED", description="A ticket you have or watch was opened again.")
    CHANGED = strawberry.enum_value(
        "CHANGED", description="A ticket you follow was changed in another way (H5). Staff only."
    )
