"""The installation's secret key: given by the environment, or made once in the data folder."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from settings.model import Settings


def secret_key_file(settings: Settings) -> Path:
    return settings.data_dir / "secret.key"


def load_secret_key(settings: Settings) -> bytes:
    """The key that secrets are sealed with. Makes one on first use; two processes at once agree on one."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    path = secret_key_file(settings)
    if not path.exists():
        _make(path)
    return path.read_bytes().strip()


def load_secret_keys(settings: Settings) -> tuple[bytes, ...]:
    """The key that secrets are sealed with, and after it the former ones, which only open."""
    old = settings.old_secret_keys.get_secret_value() if settings.old_secret_keys else ""
    return (load_secret_key(settings), *(key.encode() for key in old.split(",") if key))


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")
        file.flush()
        os.fsync(file.fileno())
    # A link, not a rename: the key another process finished first must never be replaced.
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
