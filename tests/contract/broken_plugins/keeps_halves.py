"""It keeps what broke off."""

from tests.contract.memory import Memory

FAILS = "test_what_breaks_off_is_not_kept"


class Broken(Memory):
    async def put(self, key, content):
        given = b""
        try:
            async for piece in content:
                given += piece
        finally:
            self.files[key] = given
