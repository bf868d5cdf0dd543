"""Reads one input so that all its faults are told together: those found here, with those that a use case finds."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from core.kit.errors import DomainError, Errors, Forbidden, LimitExceeded, NotFound, gathering
from core.kit.graph.inputs import MOST_IDS
from core.kit.ids import key_of, new_id

T = TypeVar("T")


class InputReading:
    """The reading of one input. An id that cannot be one is noted and read as a key that names nothing, so that the use
    case goes on and finds what else is wrong. Only for mutations whose transaction `told` can undo."""

    def __init__(self) -> None:
        self._noted = list[DomainError]()

    def key(self, global_id: str | None, prefix: str, *path: str) -> UUID | None:
        """The key behind an id. Notes NotFound at `path`."""
        return None if global_id is None else self.needed_key(global_id, prefix, *path)

    def needed_key(self, global_id: str, prefix: str, *path: str) -> UUID:
        """The same where an id is required."""
        key = key_of(global_id, prefix)
        if key is None:
            self._noted.append(NotFound(path=path))
        return key or new_id()

    def keys(self, global_ids: Sequence[str] | None, prefix: str, name: str) -> tuple[UUID, ...]:
        """The keys of a list of ids, each in its place. Notes each bad one, and LimitExceeded over 200."""
        ids = global_ids or ()
        if len(ids) > MOST_IDS:
            self._noted.append(LimitExceeded(path=(name,), limit=MOST_IDS))
            return ()
        return tuple(self.needed_key(each, prefix, name, str(place)) for place, each in enumerate(ids))

    def read(self, reader: Callable[[], T], otherwise: T) -> T:
        """What a reader gives; `otherwise` where it refuses, which is noted."""
        found = otherwise
        with gathering(self._noted):
            found = reader()
        return found

    @contextmanager
    def told(self) -> Iterator[None]:
        """What is noted is told with what the use case inside refuses, and of one place only once. Who may not do it at
        all is told that alone. Raises Errors."""
        errors = list[DomainError]()
        with gathering(errors):
            yield
        forbidden = next((each for each in errors if isinstance(each, Forbidden) and not each.path), None)
        if forbidden is not None:
            raise forbidden
        places = {each.path for each in self._noted}
        if told := [*self._noted, *(each for each in errors if each.path not in places)]:
            raise Errors(told)
