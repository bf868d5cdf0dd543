"""A client of the event stream that comes back after every break with the last cursor it has."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx2

from tests.crash.installation import Installation

EVENTS = "subscription { events { id type cursor } }"


class Subscriber:
    """`heard` holds the ids of all events in the order they came."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._cursor: str | None = None
        self.heard: list[str] = []
        self.connections = 0
        self.listening = asyncio.Event()
        self.has_heard = asyncio.Event()

    async def listen(self) -> None:
        """Until cancelled."""
        while True:
            try:
                async for identity, cursor in self._stream():
                    self.heard.append(identity)
                    self._cursor = cursor
                    self.has_heard.set()
            except (httpx2.HTTPError, ConnectionError):
                pass
            await asyncio.sleep(0.1)

    async def _stream(self) -> AsyncIterator[tuple[str, str]]:
        headers = {"authorization": f"Bearer {self._installation.token}", "accept": "text/event-stream"}
        if self._cursor is not None:
            headers["last-event-id"] = self._cursor
        timeout = httpx2.Timeout(10, read=60)
        async with (
            httpx2.AsyncClient(timeout=timeout, headers=headers) as http,
            http.stream("POST", f"{self._installation.url}/graphql", json={"query": EVENTS}) as response,
        ):
            if response.status_code != 200:
                return
            self.connections += 1
            async for line in response.aiter_lines():
                self.listening.set()
                if line.startswith("data: {"):
                    told = json.loads(line.removeprefix("data: "))
                    if told.get("errors"):
                        return
                    event = told["data"]["events"]
                    yield event["id"], event["cursor"]
