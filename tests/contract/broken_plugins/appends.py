"""It adds to what was there."""

from tests.contract.memory import Memory

FAILS = "test_a_file_is_replaced"


class Broken(Memory):
    async def put(self, key, content):
        before = self.files.get(key, b"")
        await super().put(key, content)
        self.files[key] += before
