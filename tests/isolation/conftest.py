"""Two desks that look alike, filled with one of everything, and an API without limits to ask them through."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest

from core.app import create_app
from core.testing.desks import make_desk
from core.testing.serving import Served
from settings import Settings
from tests.isolation.planting import Planted, plant


@dataclass(frozen=True)
class Pair:
    """`ours` asks; nothing of `theirs` may be seen."""

    ours: Planted
    theirs: Planted


@pytest.fixture(scope="session")
async def unlimited(app: Served, settings: Settings) -> AsyncIterator[Served]:
    """The application once more, for questions far beyond its limits. Shares the database that `app` has opened."""
    wide = settings.model_copy(
        update={
            "graphql_max_tokens": 1_000_000,
            "graphql_max_cost": 1_000_000_000,
            "graphql_max_aliases": 100_000,
            "graphql_max_depth": 100,
            "graphql_max_root_fields": 1000,
            "graphql_points_per_minute": 2_000_000_000,
            "graphql_points_per_minute_tenant": 2_000_000_000,
            "graphql_max_body_bytes": 50_000_000,
            "graphql_deadline_seconds": 60.0,
        }
    )
    application = create_app(wide)
    transport = httpx2.ASGITransport(app=application)
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.localhost", timeout=60) as http:
        yield Served(wide, http, application)


@pytest.fixture(scope="session")
async def pair(unlimited: Served) -> Pair:
    """Made once: these tests only read, or see to it that nothing changes."""
    return Pair(await plant(await make_desk(unlimited)), await plant(await make_desk(unlimited)))
