"""It changes what it keeps."""

from tests.contract.memory import Memory

FAILS = "test_what_was_put_is_read"


class Broken(Memory):
    async def put(self, key, content):
        self.files[key] = b"".join(
            [piece.strip(b"\x00") if len(piece) < 1000 else piece async for piece in content]
        )
