"""One who waits for what is told, over a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from core.testing import Person
from tests.live.wires import Socket


async def cursor_of(person: Person) -> str:
    """The place in the stream now."""
    cursor: str = (await person.ask("{ eventCursor }")).data["eventCursor"]
    return cursor


class Waiting:
    """A subscription under way."""

    def __init__(self, socket: Socket) -> None:
        self.socket = socket

    async def next(self) -> Any:
        """The next thing told; fails the test where there is something else."""
        frame = await self.socket.frame()
        assert frame["type"] == "next", frame
        assert "errors" not in frame["payload"], frame
        (told,) = frame["payload"]["data"].values()
        return told

    async def refused(self) -> str:
        """The code that the subscription ended with."""
        frame = await self.socket.frame()
        assert frame["type"] == "error", frame
        code: str = frame["payload"][0]["extensions"]["code"]
        return code


@asynccontextmanager
async def waiting(person: Person, query: str, **variables: Any) -> AsyncIterator[Waiting]:
    """Waits for as long as the block lasts."""
    async with Socket(person.served.application) as socket:
        await socket.opened(person.token)
        socket.subscribe("s", query, **variables)
        yield Waiting(socket)
