"""Queues of a broker. Which one a kind of job goes through is said where its handler is written."""

from collections.abc import Mapping
from enum import StrEnum

from core.kit.jobs.running import Handler

_HEAVY = "needs_a_process"


class Queue(StrEnum):
    """What a worker of a broker takes on."""

    IO = "io"
    HEAVY = "heavy"


def heavy(handler: Handler) -> Handler:
    """For work that keeps a processor or much memory busy: with a broker it runs in processes of its own, so that
    mails need not wait for it. Such a handler hands its computing to a thread, or its lease could not be renewed."""
    setattr(handler, _HEAVY, True)
    return handler


def queue_of(handler: Handler) -> Queue:
    return Queue.HEAVY if getattr(handler, _HEAVY, False) else Queue.IO


def kinds_by_queue(handlers: Mapping[str, Handler]) -> dict[Queue, frozenset[str]]:
    """Every queue with its kinds, also a queue that has none."""
    return {
        queue: frozenset(kind for kind, handler in handlers.items() if queue_of(handler) is queue)
        for queue in Queue
    }
