"""The fixed words of the ticket domain. Tenants word statuses as they like; these drive the logic."""

from enum import StrEnum


class StatusCategory(StrEnum):
    """What a status means to the desk."""

    NEW = "NEW"
    OPEN = "OPEN"
    PENDING = "PENDING"
    SOLVED = "SOLVED"
    CLOSED = "CLOSED"


DONE = (StatusCategory.SOLVED, StatusCategory.CLOSED)


class TicketState(StrEnum):
    """Whether a ticket is worked on at all; orthogonal to its status, so that restoring brings the status back."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    DELETED = "DELETED"


class SuspendReason(StrEnum):
    """Why a ticket is held back as unfit (F11)."""

    SPAM = "SPAM"
    AUTOMATED = "AUTOMATED"
    OFF_TOPIC = "OFF_TOPIC"
    INCOMPLETE = "INCOMPLETE"
    OTHER = "OTHER"


class Disposition(StrEnum):
    """What a solved ticket came to, where that is not the usual."""

    INVALID = "INVALID"
    MERGED = "MERGED"


class LinkKind(StrEnum):
    """What one ticket is to another. The last two come of merging and splitting, never by hand."""

    RELATED = "RELATED"
    DUPLICATE = "DUPLICATE"
    CHILD = "CHILD"
    MERGED = "MERGED"
    SPLIT = "SPLIT"


class TicketSource(StrEnum):
    """What a ticket came by (E12)."""

    API = "API"
    WEB = "WEB"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    SMS = "SMS"
    CHAT = "CHAT"
    WECHAT = "WECHAT"
    WEIBO = "WEIBO"
    SCHEDULE = "SCHEDULE"


class Sender(StrEnum):
    """Who speaks in a message, as service levels and reopening see it."""

    AGENT = "AGENT"
    CUSTOMER = "CUSTOMER"
    SYSTEM = "SYSTEM"


class Visibility(StrEnum):
    """Who may read a message. A requester never reads a private one (G1)."""

    PUBLIC = "PUBLIC"
    PRIVATE = "PRIVATE"


class AssignmentHow(StrEnum):
    """In what way a ticket came to a group or an agent."""

    CREATE = "CREATE"
    ASSIGN = "ASSIGN"
    CLAIM = "CLAIM"
    TRANSFER = "TRANSFER"
    RELEASE = "RELEASE"
    EXPIRE = "EXPIRE"


class WatchKind(StrEnum):
    """Why somebody watches a ticket. Each grants staff sight of it (H5), and only CC grants it to others."""

    FOLLOW = "FOLLOW"
    STAR = "STAR"
    CC = "CC"
