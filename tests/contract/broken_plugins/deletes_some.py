"""It deletes only the first of many."""

from tests.contract.memory import Memory

FAILS = "test_many_are_deleted_at_once"


class Broken(Memory):
    async def delete(self, keys):
        await super().delete(keys[:10])
