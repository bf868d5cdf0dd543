"""The stream of events: read in the order of commits, told of by wake-ups, followed by the worker.

An event carries the number of its transaction (`events.xid`). A reader takes only events of transactions below the
oldest one that is still open, so nothing that commits late is ever skipped. A place in the stream is a `Position`."""

from core.kit.stream.followers import Follower, follow
from core.kit.stream.listening import Listener
from core.kit.stream.reading import BEGINNING, Position, StoredEvent, load, position_now, read_after

__all__ = [
    "BEGINNING",
    "Follower",
    "Listener",
    "Position",
    "StoredEvent",
    "follow",
    "load",
    "position_now",
    "read_after",
]
