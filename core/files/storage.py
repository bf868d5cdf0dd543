"""Where the bytes of files live: a folder of this machine, spread over sub-folders by the end of each key.

A file appears under its key whole or not at all: it is written beside, flushed to the disk, and renamed. Everything
here blocks; callers run it in a thread.
"""

import hashlib
import os
import re
import secrets
import threading
import time
from pathlib import Path

from core.files.sniffing import HEAD

_KEY = re.compile(r"[0-9a-f-]{8,64}")
_DRAFT = ".part"


class FileDraft:
    """A file being written. Ends with `keep` or `discard`."""

    def __init__(self, path: Path, kept_as: Path) -> None:
        self._path, self._kept_as = path, kept_as
        self._descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        # A request may be given up while a thread still writes: the descriptor must not be closed, and so become
        # another file's, under it.
        self._busy = threading.Lock()
        self._hash = hashlib.sha256()
        self.size = 0
        self.head = b""

    def write(self, chunk: bytes) -> None:
        """Raises OSError when the disk cannot take it."""
        with self._busy:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        self._hash.update(chunk)
        self.size += len(chunk)
        if len(self.head) < HEAD:
            self.head += chunk[: HEAD - len(self.head)]

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def keep(self) -> None:
        """Put the file under its key, for good even if the power fails now. Replaces an earlier one."""
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


class LocalStorage:
    """Files in a folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def draft(self, key: str) -> FileDraft:
        """Begin writing the file of this key. Raises OSError, ValueError for a key that is none."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileDraft(path.with_name(f"{path.name}.{secrets.token_hex(6)}{_DRAFT}"), path)

    def find(self, key: str) -> Path | None:
        """Where the file of this key can be read, or None."""
        path = self._path(key)
        return path if path.is_file() else None

    def remove(self, key: str) -> None:
        """Delete the file of this key, if there is one."""
        self._path(key).unlink(missing_ok=True)

    def sweep(self, *, older_than_seconds: float) -> int:
        """Delete what interrupted writes left behind (a process that was killed); says how many files that were."""
        before, found = time.time() - older_than_seconds, 0
        for path in self._root.glob(f"*/*/*{_DRAFT}"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                found += 1
        return found

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError("not a storage key")
        # The end of a key is random, its beginning is the time: so folders fill evenly.
        return self._root / key[-2:] / key[-4:-2] / key
