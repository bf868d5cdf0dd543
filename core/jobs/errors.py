"""How jobs refuse."""

from core.kit.errors import Conflict, NotFound


class JobNotFound(NotFound):
    message = "There is no such job."


class JobEnded(Conflict):
    message = "This job has ended; there is nothing to cancel any more."


class JobNotParked(Conflict):
    message = "Only a parked job can be retried; this one is {state}."


class JobForgotten(Conflict):
    """What it was to do is kept for a while only, since it may hold a secret."""

    message = "What this job was to do is no longer kept; ask for it anew."
