"""Files in a folder, and on a disk that is really full."""

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.sdk import Rejected, Unreachable
from core.sdk.storage import StorageFull
from core.testing.kit.storage import KEY, StorageContract, pieces, whole
from plugins.storage_local.folder import Folder, FolderConfig


class TestFolder(StorageContract):
    @pytest.fixture
    def backend(self, tmp_path: Path) -> Folder:
        return Folder(FolderConfig(folder=tmp_path / "files"))


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


async def test_a_full_disk_refuses_and_frees_what_was_written(tiny_disk: Path) -> None:
    backend = Folder(FolderConfig(folder=tiny_disk))

    with pytest.raises(StorageFull):
        await backend.put(KEY, pieces([b"x" * 100_000] * 20))

    assert await backend.size(KEY) is None
    assert not [path for path in tiny_disk.rglob("*") if path.is_file()]
    await backend.put(KEY, pieces([b"x" * 100_000]))
    assert await backend.size(KEY) == 100_000


async def test_files_are_their_owners_only(tmp_path: Path) -> None:
    backend = Folder(FolderConfig(folder=tmp_path))
    await backend.put(KEY, pieces([b"a"]))

    [path] = [each for each in tmp_path.rglob("*") if each.is_file()]
    assert path.stat().st_mode & 0o077 == 0
    assert await whole(backend, KEY) == b"a"


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "a/b" * 5, "A" * 20, "x" * 65, KEY + "\n", "\x00" * 10]
)
async def test_what_is_no_key_reaches_no_file(tmp_path: Path, key: str) -> None:
    backend = Folder(FolderConfig(folder=tmp_path))

    with pytest.raises(Rejected):
        await backend.put(key, pieces([b"x"]))
    with pytest.raises(Rejected):
        await backend.size(key)
    with pytest.raises(Rejected):
        await backend.delete([key])
    with pytest.raises(Rejected):
        await whole(backend, key)
    assert list(tmp_path.iterdir()) == []


async def test_leftovers_of_killed_writers_are_swept(tmp_path: Path) -> None:
    backend = Folder(FolderConfig(folder=tmp_path))
    folder = tmp_path / "ab" / "cd"
    folder.mkdir(parents=True)
    for name in ("old.part", "young.part", "kept"):
        (folder / name).write_bytes(b"x")
    os.utime(folder / "old.part", (0, 0))

    assert await backend.sweep(timedelta(hours=1)) == 1
    assert sorted(each.name for each in folder.iterdir()) == ["kept", "young.part"]


async def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    backend = Folder(FolderConfig(folder=tmp_path / "file"))

    with pytest.raises(Unreachable, match="cannot be written"):
        await backend.check()
