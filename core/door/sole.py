"""One `serve` for each data folder: a second one would take the first one's database, port and files for its own.

The lock is the kernel's, on an open file, so it ends with its holder however that ends; the number in the file only
tells people who it is. Machines that share a folder beside a database of their own may each serve; an embedded
database is served by one machine alone.
"""

from __future__ import annotations

import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from settings import Settings


@contextmanager
def alone(settings: Settings) -> Iterator[None]:
    """Hold the data folder for as long as the block lasts. Raises click.ClickException, with the way out, when
    another process holds it or it cannot be written to."""
    names = [f"serve-{platform.node() or 'here'}.lock"]
    if settings.database_url is None:
        names.append("serve.lock")
    with ExitStack() as held:
        for name in names:
            held.callback(os.close, _lock(settings.data_dir, name))
        yield


def _lock(folder: Path, name: str) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise click.ClickException(
            f"The data folder {folder} cannot be used ({error.strerror}). Give this user the folder, or name another "
            "with DESKGRAPH_DATA_DIR."
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        raise click.ClickException(_taken(folder, holder)) from error
    except OSError:
        return descriptor  # A file system without locks: serving goes before this courtesy.
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _taken(folder: Path, holder: str) -> str:
    who, stop = (
        (f"process {holder}", f"stop it (kill {holder})") if holder else ("another process", "stop it")
    )
    return (
        f"The data folder {folder} is already served by {who}. To serve it anew, {stop}; to serve another one "
        "beside it, name that with DESKGRAPH_DATA_DIR and choose a --port of its own."
    )
