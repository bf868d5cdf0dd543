"""Fixtures of tests with clients made by others: the product on a socket, and its schema as a text."""

from collections.abc import Iterator

import pytest

from core.graphql.delivered import delivered_schema
from core.graphql.export import as_text
from settings import Settings
from tests.clients.live import Live, running


@pytest.fixture(scope="session")
def live(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The product, served on a free port of the loopback."""
    with running(settings, tmp_path_factory.mktemp("live") / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def schema_text() -> str:
    """The schema that clients compile against: what schema.graphql holds."""
    return as_text(delivered_schema())
