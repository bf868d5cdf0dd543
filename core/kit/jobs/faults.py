"""Why a job did not do what it was to do, in words that hold nothing of anybody's."""

from enum import StrEnum


class GiveUp(Exception):
    """Raised by a handler when trying again is of no use: the job is parked at once, with this as its reason."""


class TookWorkersDown(GiveUp):
    """Each attempt ended with the worker that made it."""


class Cancelled(Exception):
    """Raised in a handler when somebody asked to cancel: what is done so far stays, the rest is left."""


class GoOnLater(Exception):
    """Raised by a handler that has worked long enough for now: it is called again at once, behind jobs that wait, and
    no attempt is counted. What it did so far must stand in rows, not in memory."""


class LeaseLost(Exception):
    """Raised in a handler whose job another worker has by now: nothing of it may be written any more."""


class Fault(StrEnum):
    """What the API tells of an error. The error itself stands in the row and names addresses and values."""

    FAILED = "FAILED"
    TIMED_OUT = "TIMED_OUT"
    CRASHED = "CRASHED"
    GIVEN_UP = "GIVEN_UP"
    PLUGIN_GONE = "PLUGIN_GONE"


MESSAGES = {
    Fault.FAILED: "It failed for a reason that the operator can look up by this job's id.",
    Fault.TIMED_OUT: "It took longer than a job may take.",
    Fault.CRASHED: "Each attempt ended with the process that made it.",
    Fault.GIVEN_UP: "It cannot succeed, so it was not tried again; the operator can look up why by this job's id.",
    Fault.PLUGIN_GONE: "The plugin that does it is not there any more.",
}


def fault_of(error: Exception) -> Fault:
    """The kind of an error that ended an attempt."""
    if isinstance(error, TookWorkersDown):
        return Fault.CRASHED
    if isinstance(error, GiveUp):
        return Fault.GIVEN_UP
    return Fault.TIMED_OUT if isinstance(error, TimeoutError) else Fault.FAILED
