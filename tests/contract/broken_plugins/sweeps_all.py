"""It sweeps away what is kept."""

from tests.contract.memory import Memory

FAILS = "test_sweeping_leaves_what_is_kept"


class Broken(Memory):
    async def sweep(self, older_than):
        swept = len(self.files)
        self.files.clear()
        return swept
