"""It fails at deleting what is not there."""

from tests.contract.memory import Memory

FAILS = "test_where_nothing_is_there_is_nothing"


class Broken(Memory):
    async def delete(self, keys):
        if not self.files:
            raise KeyError(keys)
        await super().delete(keys)
