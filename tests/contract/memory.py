"""What broken storages are made from: a good one, in memory."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from core.sdk import PluginConfig
from core.sdk.storage import StorageBackend

_MEBIBYTE = 1024 * 1024


class NoConfig(PluginConfig):
    pass


class Memory(StorageBackend[NoConfig]):
    name = "memory"
    title = "Memory"
    Config = NoConfig

    def __init__(self, config: NoConfig | None = None) -> None:
        super().__init__(config or NoConfig())
        self.files: dict[str, bytes] = {}

    async def check(self) -> None:
        pass

    async def put(self, key: str, content: AsyncIterator[bytes]) -> None:
        self.files[key] = b"".join([piece async for piece in content])

    async def size(self, key: str) -> int | None:
        return len(self.files[key]) if key in self.files else None

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        content = self.files.get(key, b"")[start:end]
        for begin in range(0, len(content), _MEBIBYTE):
            yield content[begin : begin + _MEBIBYTE]

    async def delete(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.files.pop(key, None)

    async def sweep(self, older_than: timedelta) -> int:
        return 0
