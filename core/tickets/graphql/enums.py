"""The fixed words of the ticket domain as API enums."""

from enum import Enum

import strawberry


@strawberry.enum(
    description="What a status means to the desk. Tenants word statuses as they like; these five drive the logic."
)
class StatusCategory(Enum):
    NEW = strawberry.enum_value("NEW", description="Nobody has worked on it.")
    OPEN = strawberry.enum_value("OPEN", description="The desk has to act.")
    PENDING = strawberry.enum_value("PENDING", description="Waiting for the requester.")
    SOLVED = strawberry.enum_value("SOLVED", description="Done, unless the requester disagrees.")
    CLOSED = strawberry.enum_value("CLOSED", description="Done for good.")


@strawberry.enum(description="Whether a ticket is worked on at all.")
class TicketState(Enum):
    ACTIVE = strawberry.enum_value("ACTIVE", description="Yes.")
    SUSPENDED = strawberry.enum_value("SUSPENDED", description="Held back as unfit (F11).")
    DELETED = strawberry.enum_value("DELETED", description="Deleted, restorable for a while (F10).")


@strawberry.enum(description="Why a ticket is held back as unfit (F11).")
class SuspendReason(Enum):
    SPAM = strawberry.enum_value("SPAM", description="Advertising or abuse.")
    AUTOMATED = strawberry.enum_value("AUTOMATED", description="A program's answer, such as an absence note.")
    OFF_TOPIC = strawberry.enum_value("OFF_TOPIC", description="Nothing this desk does.")
    INCOMPLETE = strawberry.enum_value(
        "INCOMPLETE", description="It lacks what would be needed to work on it."
    )
    OTHER = strawberry.enum_value("OTHER", description="Something else.")


@strawberry.enum(description="What a solved ticket came to, where that is not the usual.")
class Disposition(Enum):
    INVALID = strawberry.enum_value("INVALID", description="There was nothing in it for the desk (M2, D14).")
    MERGED = strawberry.enum_value("MERGED", description="It was merged into another one.")


@strawberry.enum(description="Days around today, in the helpdesk's time zone (M8).")
class ReminderBucket(Enum):
    PAST_30_DAYS = strawberry.enum_value("PAST_30_DAYS", description="The thirty days before today.")
    PAST_7_DAYS = strawberry.enum_value("PAST_7_DAYS", description="The seven days before today.")
    YESTERDAY = strawberry.enum_value("YESTERDAY", description="The day before today.")
    TODAY = strawberry.enum_value("TODAY", description="Today, what is past of it included.")
    WITHIN_3_DAYS = strawberry.enum_value("WITHIN_3_DAYS", description="The three days after today.")
    WITHIN_7_DAYS = strawberry.enum_value("WITHIN_7_DAYS", description="The seven days after today.")


@strawberry.enum(description="What a ticket is to another.")
class TicketLinkKind(Enum):
    RELATED = strawberry.enum_value("RELATED", description="They have to do with each other.")
    DUPLICATE = strawberry.enum_value("DUPLICATE", description="It is about the same.")
    CHILD = strawberry.enum_value(
        "CHILD", description="It is a part of the other, which is done when this is."
    )
    MERGED = strawberry.enum_value("MERGED", description="It was merged into the other. Not by hand.")
    SPLIT = strawberry.enum_value("SPLIT", description="It was split off the other. Not by hand.")


@strawberry.enum(description="What a ticket came by (E12).")
class TicketSource(Enum):
    API = strawberry.enum_value("API", description="A program.")
    WEB = strawberry.enum_value("WEB", description="A web form or help centre.")
    EMAIL = strawberry.enum_value("EMAIL", description="An e-mail.")
    PHONE = strawberry.enum_value("PHONE", description="A call.")
    SMS = strawberry.enum_value("SMS", description="A text message.")
    CHAT = strawberry.enum_value("CHAT", description="Live chat.")
    WECHAT = strawberry.enum_value("WECHAT", description="WeChat.")
    WEIBO = strawberry.enum_value("WEIBO", description="Weibo.")
    SCHEDULE = strawberry.enum_value("SCHEDULE", description="A schedule (J8).")


@strawberry.enum(description="Who speaks in a message.")
class MessageSender(Enum):
    AGENT = strawberry.enum_value("AGENT", description="The desk.")
    CUSTOMER = strawberry.enum_value("CUSTOMER", description="The customer's side.")
    SYSTEM = strawberry.enum_value("SYSTEM", description="The product itself.")


@strawberry.enum(description="Who may read a message.")
class MessageVisibility(Enum):
    PUBLIC = strawberry.enum_value("PUBLIC", description="Everybody on the ticket.")
    PRIVATE = strawberry.enum_value("PRIVATE", description="Agents with the right to notes (G1).")


@strawberry.enum(description="In what way a ticket came to a group or an agent.")
class AssignmentHow(Enum):
    CREATE = strawberry.enum_value("CREATE", description="When it was opened.")
    ASSIGN = strawberry.enum_value("ASSIGN", description="From nobody.")
    CLAIM = strawberry.enum_value("CLAIM", description="An agent took it.")
    TRANSFER = strawberry.enum_value("TRANSFER", description="From another group or agent (G9).")
    RELEASE = strawberry.enum_value("RELEASE", description="Back to the group's queue (M3).")
    EXPIRE = strawberry.enum_value(
        "EXPIRE", description="Back to the group's queue, as its deadline had passed (F13)."
    )


@strawberry.enum(description="Why somebody watches a ticket.")
class WatchKind(Enum):
    FOLLOW = strawberry.enum_value("FOLLOW", description="To be told of every change (H5).")
    STAR = strawberry.enum_value("STAR", description="As a favourite (H4).")
    CC = strawberry.enum_value("CC", description="To take part (H6, H7).")
