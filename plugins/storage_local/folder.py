"""Files in a folder, spread over sub-folders by the end of each key.

A file appears under its key whole or not at all: it is written beside, flushed to the disk, and renamed.
"""

import asyncio
import errno
import os
import re
import secrets
import threading
import time
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path

from core.sdk import PluginConfig, Rejected, Unreachable
from core.sdk.storage import StorageBackend, StorageFull

_KEY = re.compile(r"[0-9a-z-]{1,64}")
_DRAFT = ".part"
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PIECE = 256 * 1024


class FolderConfig(PluginConfig):
    folder: Path
    """Made where it is missing, for this user only."""


class Folder(StorageBackend[FolderConfig]):
    name = "folder"
    title = "Folder"
    summary = "A folder of this machine, or one that all machines share."
    Config = FolderConfig

    async def check(self) -> None:
        await asyncio.to_thread(_try_out, self.config.folder)

    async def put(self, key: str, content: AsyncIterator[bytes]) -> None:
        path = self._path(key)
        draft = await asyncio.to_thread(_Draft, path)
        try:
            async for piece in content:
                await asyncio.to_thread(draft.write, piece)
            await asyncio.to_thread(draft.keep)
        except OSError as error:
            if error.errno in _FULL:
                raise StorageFull("The disk of the files is full.") from error
            raise Unreachable("The folder of the files cannot be written.") from error
        finally:
            draft.discard()

    async def size(self, key: str) -> int | None:
        return await asyncio.to_thread(_size, self._path(key))

    async def read(self, key: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        try:
            file = await asyncio.to_thread(self._path(key).open, "rb")
        except FileNotFoundError:
            return
        with file:
            await asyncio.to_thread(file.seek, start)
            left = None if end is None else end - start
            while left is None or left > 0:
                piece = await asyncio.to_thread(file.read, _PIECE if left is None else min(left, _PIECE))
                if not piece:
                    return
                left = None if left is None else left - len(piece)
                yield piece

    async def delete(self, keys: Sequence[str]) -> None:
        paths = [self._path(key) for key in keys]
        await asyncio.to_thread(_delete, paths)

    async def sweep(self, older_than: timedelta) -> int:
        return await asyncio.to_thread(_sweep, self.config.folder, time.time() - older_than.total_seconds())

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise Rejected("This is no key of a file.")
        # The end of a key is random, its beginning is the time: so folders fill evenly.
        return self.config.folder / key[-2:] / key[-4:-2] / key


class _Draft:
    """A file being written. Ends with `keep` or `discard`."""

    def __init__(self, kept_as: Path) -> None:
        kept_as.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._kept_as = kept_as
        self._path = kept_as.with_name(f"{kept_as.name}.{secrets.token_hex(6)}{_DRAFT}")
        self._descriptor = os.open(self._path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        # A request may be given up while a thread still writes: the descriptor must not be closed, and so become
        # another file's, under it.
        self._busy = threading.Lock()

    def write(self, piece: bytes) -> None:
        with self._busy:
            rest = memoryview(piece)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]

    def keep(self) -> None:
        """Put the file under its key, for good even if the power fails now."""
        os.fsync(self._descriptor)
        self._close()
        self._path.replace(self._kept_as)
        folder = os.open(self._kept_as.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def discard(self) -> None:
        """Leave nothing behind. Harmless after `keep`."""
        self._close()
        self._path.unlink(missing_ok=True)

    def _close(self) -> None:
        with self._busy:
            if self._descriptor >= 0:
                descriptor, self._descriptor = self._descriptor, -1
                os.close(descriptor)


def _size(path: Path) -> int | None:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _delete(paths: Sequence[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _sweep(root: Path, before: float) -> int:
    """What killed processes left half written."""
    found = 0
    for path in root.glob(f"*/*/*{_DRAFT}"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            found += 1
    return found


def _try_out(root: Path) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = _Draft(root / "00" / "00" / "check")
        draft.write(b"")
        draft.keep()
        (root / "00" / "00" / "check").unlink()
    except OSError as error:
        raise Unreachable(f"{root} cannot be written: {error.strerror}.") from error
