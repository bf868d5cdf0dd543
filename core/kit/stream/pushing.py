"""Sources that can hand over an event the moment it comes, instead of waking whoever iterates over them.

A task for each of a thousand subscribers is most of what an event would cost."""

from abc import abstractmethod
from collections.abc import AsyncIterator, Callable
from typing import Any, Generic, TypeVar

from core.kit.context import Viewer
from core.kit.stream.feeds import Arrivals
from core.kit.stream.reading import StoredEvent
from core.kit.stream.sharing import Arrival
from core.kit.stream.subscribers import Arrived

T = TypeVar("T")

Push = Callable[[Arrival, Callable[[], Any], Callable[[bool], None]], bool | None]
"""`push(arrival, make, later)`: whether an event, which `make` makes, was told. None where that is not known yet:
`later` is called with the answer. What was not told is iterated over, and so is what comes before it is known."""


class Pushing(AsyncIterator[T]):
    """A source of events. Whatever it cannot push is iterated over, in the same order."""

    @abstractmethod
    def push_to(self, push: Push) -> None:
        """Push events from now on; to be called before iterating begins."""

    @abstractmethod
    async def aclose(self) -> None:
        """Nothing is wanted any more."""


class Events(Pushing[T], Generic[T]):
    """What arrives, each as `tell` makes it of the event and its viewer."""

    def __init__(self, arrivals: Arrivals, tell: Callable[[StoredEvent, Viewer], T]) -> None:
        self._arrivals, self._tell = arrivals, tell

    def push_to(self, push: Push) -> None:
        def take(arrived: Arrived, later: Callable[[bool], None]) -> bool | None:
            return push(arrived, lambda: self._tell(arrived.event, arrived.viewer), later)

        self._arrivals.take = take

    async def __anext__(self) -> T:
        arrived = await anext(self._arrivals)
        return self._tell(arrived.event, arrived.viewer)

    async def aclose(self) -> None:
        await self._arrivals.aclose()
