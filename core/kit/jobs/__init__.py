"""Work that follows a commit. A job is a row written in the transaction that asks for it; a worker claims it under a
lease and runs it, and another runs it again if that one dies half-way: every handler may run twice without harm."""

from core.kit.jobs.faults import Cancelled, GiveUp, GoOnLater, LeaseLost
from core.kit.jobs.queues import Queue, heavy, lasting, of_plugins
from core.kit.jobs.running import MOST_SECONDS, Handler, Pace, work
from core.kit.jobs.table import Claimed, enqueue, enqueue_all

__all__ = [
    "MOST_SECONDS", "Cancelled", "Claimed", "GiveUp", "GoOnLater", "Handler", "LeaseLost", "Pace", "Queue", "enqueue",
    "enqueue_all", "heavy", "lasting", "of_plugins", "work",
]  # fmt: skip
