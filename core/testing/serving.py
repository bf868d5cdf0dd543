"""The application under test, with its lifespan, reached without a socket."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.types import ASGIApp

from core.app import create_app
from core.pluginhost import Host
from core.testing.answers import Answer
from settings import Settings


@dataclass(frozen=True, slots=True)
class Served:
    """A running application and a client of it."""

    settings: Settings
    http: httpx2.AsyncClient
    application: ASGIApp
    """For what needs more than a request and its answer: sockets, streams."""

    async def ask(
        self, query: str, variables: dict[str, Any] | None = None, *, token: str | None = None, **headers: str
    ) -> Answer:
        """Send an operation as the bearer of a token, or anonymously."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            sent["authorization"] = f"Bearer {token}"
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables or {}}, headers=sent
        )
        return Answer(response.status_code, response.json())


@asynccontextmanager
async def served(settings: Settings, *, plugins: Host | None = None) -> AsyncIterator[Served]:
    """Serve the application for the length of the block, with the plugins that the settings want or with these."""
    app = create_app(settings, plugins=plugins)
    async with app.router.lifespan_context(app):
        transport = httpx2.ASGITransport(app=app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://desk.localhost") as http:
            yield Served(settings, http, app)
