"""What every storage backend keeps: whole files or none, each under its key."""

import hashlib
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from typing import Any

import pytest

from core.sdk.storage import StorageBackend

KEY = "01990000-0000-7000-8000-00000000abcd"
OTHER = "01990000-0000-7000-8000-00000000dcba"
MEBIBYTE = 1024 * 1024
Backend = StorageBackend[Any]


class StorageContract:
    """Subclass it as `TestSomething`, with a fixture `backend` that is empty at first:

    class TestFolder(StorageContract):
        @pytest.fixture
        def backend(self, tmp_path):
            return Folder(FolderConfig(folder=tmp_path))
    """

    pytestmark = pytest.mark.asyncio(loop_scope="session")

    async def test_it_works(self, backend: Backend) -> None:
        """`check` passes where files can be kept."""

        await backend.check()

    @pytest.mark.parametrize(
        "content", [b"", b"x", "文件\x00".encode() * 100], ids=["empty", "one byte", "some"]
    )
    async def test_what_was_put_is_read(self, backend: Backend, content: bytes) -> None:
        """Byte by byte, nothing at all among it."""

        await backend.put(KEY, pieces([content] if content else []))

        assert await backend.size(KEY) == len(content)
        assert await whole(backend, KEY) == content

    async def test_where_nothing_is_there_is_nothing(self, backend: Backend) -> None:
        """Neither size nor bytes, and nothing to fail at when it is deleted."""

        assert await backend.size(KEY) is None
        assert await whole(backend, KEY) == b""
        await backend.delete([KEY, OTHER])

    async def test_files_are_apart(self, backend: Backend) -> None:
        """Deleting one leaves the others."""

        await backend.put(KEY, pieces([b"mine"]))
        await backend.put(OTHER, pieces([b"theirs"]))
        await backend.delete([KEY])

        assert await backend.size(KEY) is None
        assert await whole(backend, OTHER) == b"theirs"

    async def test_a_file_is_replaced(self, backend: Backend) -> None:
        """What was there before is gone, all of it."""

        await backend.put(KEY, pieces([b"a long one", b" that ends"]))
        await backend.put(KEY, pieces([b"short"]))

        assert await whole(backend, KEY) == b"short"

    @pytest.mark.parametrize("size", [10, 11 * MEBIBYTE], ids=["small", "large"])
    async def test_what_breaks_off_is_not_kept(self, backend: Backend, size: int) -> None:
        """What the sender raised is passed on, and what was there before stays."""

        await backend.put(OTHER, pieces([b"before"]))
        for key in (KEY, OTHER):
            with pytest.raises(Broken):
                await backend.put(key, breaking(size))

        assert await backend.size(KEY) is None
        assert await whole(backend, OTHER) == b"before"

    @pytest.mark.parametrize(
        ("start", "end"), [(0, 1), (3, 7), (8, 10), (9, None), (0, None), (10, None), (2, 99)]
    )
    async def test_a_part_is_read(self, backend: Backend, start: int, end: int | None) -> None:
        """From one byte to before another, also beyond the end."""

        content = b"0123456789"
        await backend.put(KEY, pieces([content[:4], content[4:]]))

        assert await whole(backend, KEY, start, end) == content[start:end]

    async def test_large_files_pass_in_pieces(self, backend: Backend) -> None:
        """Of at most a mebibyte."""

        told, seen, largest = hashlib.sha256(), hashlib.sha256(), 0
        await backend.put(KEY, counted(33, told))
        async for piece in backend.read(KEY):
            seen.update(piece)
            largest = max(largest, len(piece))

        assert seen.digest() == told.digest()
        assert await backend.size(KEY) == 33 * MEBIBYTE
        assert largest <= MEBIBYTE

    async def test_many_are_deleted_at_once(self, backend: Backend) -> None:
        """What is not there among them."""

        keys = [f"{number:08d}-many" for number in range(20)]
        for key in keys:
            await backend.put(key, pieces([b"x"]))
        await backend.delete([*keys, KEY])

        assert [await backend.size(key) for key in keys] == [None] * 20

    async def test_sweeping_leaves_what_is_kept(self, backend: Backend) -> None:
        """Only what interrupted writes left behind goes."""

        await backend.put(KEY, pieces([b"kept"]))

        assert await backend.sweep(timedelta(0)) == 0
        assert await whole(backend, KEY) == b"kept"


class Broken(Exception):
    """What a sender that breaks off raises."""


async def pieces(given: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Content that comes in these pieces."""
    for each in given:
        yield each


async def breaking(size: int) -> AsyncIterator[bytes]:
    """Content that breaks off after so many bytes."""
    for start in range(0, size, MEBIBYTE):
        yield b"x" * min(MEBIBYTE, size - start)
    raise Broken


async def counted(mebibytes: int, told: Any) -> AsyncIterator[bytes]:
    """So much content, no two pieces alike; `told` is updated with it."""
    for number in range(mebibytes):
        piece = number.to_bytes(4, "big") * (MEBIBYTE // 4)
        told.update(piece)
        yield piece


async def whole(backend: Backend, key: str, start: int = 0, end: int | None = None) -> bytes:
    """The bytes of a file, or of a part of it."""
    return b"".join([piece async for piece in backend.read(key, start, end)])
