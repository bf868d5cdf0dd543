"""The walks go through the API of a running server, as the products' users would: a process of its own, over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from core.testing.serving import Served
from tests.clients.live import running


@pytest.fixture(scope="session")
async def app(app: Served, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The server, and a client of it. Helpdesks are made beside it, in the same database; so is what a worker does."""
    log: Path = tmp_path_factory.mktemp("walks") / "server.log"
    with running(app.settings, log) as live:
        # The name of no helpdesk: who asks is told by the token.
        headers = {"host": "localhost", "user-agent": "walk"}
        async with httpx2.AsyncClient(base_url=live.origin, headers=headers, timeout=30) as http:
            yield Served(app.settings, http, app.application)
