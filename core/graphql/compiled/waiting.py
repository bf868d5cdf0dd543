"""Values that are still to come, of which nobody may ever ask."""

from collections.abc import Coroutine, Generator
from types import CoroutineType
from typing import Any


class Waiting:
    """A coroutine to be awaited once, or never: an error elsewhere, or a client that hangs up, cancels who would have
    awaited it before they began. Then it is closed quietly; a bare coroutine would be reported as forgotten."""

    __slots__ = ("_coming",)

    def __init__(self, coming: Coroutine[Any, Any, Any]) -> None:
        self._coming: Coroutine[Any, Any, Any] | None = coming

    def __await__(self) -> Generator[Any, Any, Any]:
        coming, self._coming = self._coming, None  # Whoever awaits it has it now, and may outlive this.
        if coming is None:
            raise RuntimeError("this was awaited already")
        return coming.__await__()

    def __del__(self) -> None:
        if self._coming is not None:
            self._coming.close()


def as_waiting(value: Any) -> Any:
    """The value itself unless it is a bare coroutine."""
    return Waiting(value) if isinstance(value, CoroutineType) else value
