"""A receiver, and what a worker does with webhooks, done when a test says so."""

from collections.abc import AsyncIterator

import pytest

from core.app import runtime_of
from core.runtime import Runtime
from core.testing import Desk
from settings import Settings
from tests.webhooks.receiving import Receiver, receiving
from tests.webhooks.working import Hooks


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as running:
        yield running


@pytest.fixture(scope="session")
def runtime(settings: Settings) -> Runtime:
    return runtime_of(settings)[0]


@pytest.fixture
def hooks(desk: Desk, receiver: Receiver, runtime: Runtime, settings: Settings) -> Hooks:
    return Hooks(desk, receiver, runtime, settings)
