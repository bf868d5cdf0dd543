"""The desks that both ways of reading are compared on."""

from collections.abc import AsyncIterator

import pytest

from core.testing.serving import Served
from tests.graphql.compiled.desks import Stage, staged


@pytest.fixture(scope="session")
async def stage(app: Served) -> AsyncIterator[Stage]:
    """Made once: what compares only reads."""
    async with staged(app) as made:
        yield made
