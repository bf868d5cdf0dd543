"""It counts bytes from one."""

from tests.contract.memory import Memory

FAILS = "test_a_part_is_read"


class Broken(Memory):
    async def read(self, key, start=0, end=None):
        async for piece in super().read(key, max(start - 1, 0), end):
            yield piece
