"""How recurring tickets refuse."""

from core.kit.errors import Conflict, Invalid, LimitExceeded


class NoRhythm(Invalid):
    message = "{value} is no rhythm; write minute, hour, day, month and weekday, as in 0 9 * * 1-5."


class TooOften(Invalid):
    message = "That is too often: {minutes} minutes have to lie between two tickets."


class TooManyRecurring(LimitExceeded):
    message = "There are {limit} recurring tickets already; delete one first."


class RequesterGone(Conflict):
    """Kept where it is told, and so without the name: it would stay when they are anonymised."""

    message = "The requester cannot ask for tickets any more; choose another one."


class AssigneeGone(Conflict):
    """Kept as RequesterGone is."""

    message = "The assignee cannot be given these tickets any more; choose another one."
