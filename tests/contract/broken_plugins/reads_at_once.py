"""It has files in memory whole."""

from tests.contract.memory import Memory

FAILS = "test_large_files_pass_in_pieces"


class Broken(Memory):
    async def read(self, key, start=0, end=None):
        if key in self.files:
            yield self.files[key][start:end]
