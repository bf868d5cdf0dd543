"""Queues of a broker. Which one a kind of job goes through is said where its handler is written."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum

from core.kit.jobs.running import LONGEST, Handler

_QUEUE = "queue"


class Queue(StrEnum):
    """What a worker of a broker takes on."""

    IO = "io"
    HEAVY = "heavy"
    PLUGINS = "plugins"

    @property
    def needs_processes(self) -> bool:
        """Whether each job runs in a process of its own."""
        return self is not Queue.IO


def heavy(handler: Handler) -> Handler:
    """For work that keeps a processor or much memory busy: with a broker it runs in processes of its own, so that
    mails need not wait for it. Such a handler hands its computing to a thread, or its lease could not be renewed."""
    setattr(handler, _QUEUE, Queue.HEAVY)
    return handler


def of_plugins(handler: Handler) -> Handler:
    """For others' code, which may hang: it runs in processes that can be ended without harm to anything else."""
    setattr(handler, _QUEUE, Queue.PLUGINS)
    return handler


def lasting(longest: timedelta) -> Callable[[Handler], Handler]:
    """For work that may take longer than jobs usually may, at most so long. It must bear to begin anew."""

    def mark(handler: Handler) -> Handler:
        setattr(handler, LONGEST, longest)
        return handler

    return mark


def queue_of(handler: Handler) -> Queue:
    found: Queue = getattr(handler, _QUEUE, Queue.IO)
    return found


def kinds_by_queue(handlers: Mapping[str, Handler]) -> dict[Queue, frozenset[str]]:
    """Every queue with its kinds, also a queue that has none."""
    return {
        queue: frozenset(kind for kind, handler in handlers.items() if queue_of(handler) is queue)
        for queue in Queue
    }
