"""It deletes others' files."""

from tests.contract.memory import Memory

FAILS = "test_files_are_apart"


class Broken(Memory):
    async def delete(self, keys):
        self.files.clear()
