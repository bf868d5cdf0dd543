"""Where the bytes of files live: one backend for an installation, which its operator chooses and configures."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import ClassVar, Generic

from core.sdk.errors import ProviderError
from core.sdk.provider import ConfigT, PluginConfig


class StorageFull(ProviderError):
    """No more bytes can be taken."""


class StorageBackend(ABC, Generic[ConfigT]):
    """Keeps each file under a key of lower-case letters, digits and `-`, at most 64. One object serves a process for as
    long as it runs. Whatever it cannot do it raises as Unreachable, AuthFailed, StorageFull or Rejected."""

    name: ClassVar[str]
    """Unique within the plugin, for ever: 3 to 40 lower-case letters, digits and `_`."""
    title: ClassVar[str]
    summary: ClassVar[str] = ""
    Config: ClassVar[type[PluginConfig]]

    def __init__(self, config: ConfigT) -> None:
        self.config = config

    @abstractmethod
    async def check(self) -> None:
        """Whether files can be kept and read. Asked by `deskgraph doctor`."""

    @abstractmethod
    async def put(self, key: str, content: AsyncIterator[bytes]) -> None:
        """Keep what the iterator gives, in place of what was there. It is there whole and for good once this returns,
        even if the power fails then. When the iterator raises, that is passed on, and what was there before stays."""

    @abstractmethod
    async def size(self, key: str) -> int | None:
        """How many bytes it has; None where there is nothing."""

    @abstractmethod
    def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from `start` to before `end`, in pieces of at most a mebibyte. Ends at once where there is
        nothing."""

    @abstractmethod
    async def delete(self, keys: Sequence[str]) -> None:
        """Delete what is there of these, at most 1,000."""

    async def sweep(self, older_than: timedelta) -> int:
        """Delete what interrupted writes left behind, and say how much that was."""
        return 0
