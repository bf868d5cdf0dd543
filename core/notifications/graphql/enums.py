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
    CALLBACK_DUE = strawberry.enum_value(
        "CALLBACK_DUE",
        description="It is time to call back the customer of a ticket you have (M6). Staff only.",
    )
    SIDE_SAID = strawberry.enum_value(
        "SIDE_SAID",
        description="Something was said in a side thread that you are in, or you were let into one.",
    )
    CHANGED = strawberry.enum_value(
        "CHANGED", description="A ticket you follow was changed in another way (H5). Staff only."
    )
