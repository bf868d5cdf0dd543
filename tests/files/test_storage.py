"""The folder that keeps files, on a disk that is really full."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.files.storage import LocalStorage

KEY = "01990000-0000-7000-8000-00000000abcd"


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte; where mounting is not allowed, the test has nothing to stand on."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting a disk needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_and_frees_what_was_written(tiny_disk: Path) -> None:
    storage = LocalStorage(tiny_disk)
    draft = storage.draft(KEY)

    with pytest.raises(OSError) as raised:
        for _ in range(20):
            draft.write(b"x" * 100_000)
    assert raised.value.errno == errno.ENOSPC
    draft.discard()

    assert storage.find(KEY) is None
    assert not [path for path in tiny_disk.rglob("*") if path.is_file()]
    again = storage.draft(KEY)
    again.write(b"x" * 100_000)
    again.keep()
    assert storage.find(KEY) is not None


def test_a_file_appears_whole(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    draft = storage.draft(KEY)
    draft.write(b"a")
    assert storage.find(KEY) is None
    draft.keep()
    draft.discard()

    found = storage.find(KEY)
    assert found is not None and found.read_bytes() == b"a"
    assert found.stat().st_mode & 0o077 == 0
    storage.remove(KEY)
    storage.remove(KEY)
    assert storage.find(KEY) is None


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a/b" * 5, "A" * 20, "x" * 65, KEY + "\n", "\x00" * 10]
)
def test_what_is_no_key_reaches_no_file(tmp_path: Path, key: str) -> None:
    storage = LocalStorage(tmp_path)

    for use in (storage.find, storage.draft, storage.remove):
        with pytest.raises(ValueError, match="key"):
            use(key)
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_killed_writers_are_swept(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    old, young = storage.draft(KEY), storage.draft(KEY)
    path = next(path for path in tmp_path.rglob("*.part"))
    os.utime(path, (0, 0))

    assert storage.sweep(older_than_seconds=3600) == 1
    assert len(list(tmp_path.rglob("*.part"))) == 1
    old.discard()
    young.discard()
