"""A second application with plugins of its own, beside the one that holds the database open."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx2

from core.app import create_app
from core.testing import Person
from core.testing.serving import Served
from settings import Settings


@asynccontextmanager
async def started(settings: Settings, **changes: object) -> AsyncIterator[Served]:
    """Serve with other settings. No request may be under way when it ends."""
    changed = settings.model_copy(update=changes)
    app = create_app(changed)
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.localhost") as http:
        yield Served(changed, http, app)


def at(served: Served, person: Person) -> Person:
    """The same person, at another application."""
    return replace(person, served=served)
