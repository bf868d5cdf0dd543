"""How side threads refuse."""

from core.kit.errors import Conflict, Forbidden, Invalid, LimitExceeded, NotFound


class SideThreadNotFound(NotFound):
    message = "There is no such side thread."


class CannotBeMember(Invalid):
    message = (
        "Only active agents and external helpers can be in a side thread, and never who asked its ticket."
    )


class RequesterNeverReads(Invalid):
    message = "{name} asked ticket #{number}, and never reads what is said beside it."


class TooManySideThreads(LimitExceeded):
    message = "A ticket has at most {limit} side threads."


class TooManyMembers(LimitExceeded):
    message = "A side thread has at most {limit} people."


class NotBegunByYou(Forbidden):
    message = "Whoever began this side thread ends it, or who holds ticket.delete; leave it if you need no more of it."


class LastMember(Conflict):
    message = "Nobody else is in this side thread; add somebody before you leave it."
