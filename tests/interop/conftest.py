"""Brokers of a test's own, what works with them, and folders that the embedded database's user may enter."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.kit.database import Reach, execute
from core.testing.brokers import STARTS, Broker, needs
from tests.interop.parts import Parts


@pytest.fixture(params=sorted(STARTS))
def own_broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Broker]:
    """One that the test may stop for as long as it likes."""
    needs(f"{request.param}-server")
    with STARTS[request.param](tmp_path / "broker") as server:
        yield server


@pytest.fixture
async def parts(database_url: str, broker: Broker, tmp_path: Path) -> AsyncIterator[Parts]:
    with ExitStack() as stack:
        yield Parts(database_url, broker, tmp_path, stack)
    # What a test leaves undone is not to be done by the next one's workers.
    await execute("delete from jobs where kind like 'broker.%'", reach=Reach.SYSTEM)


@pytest.fixture
def folder() -> Iterator[Path]:
    # Not below pytest's own folder, which the embedded database's user may not enter.
    path = Path(tempfile.mkdtemp(prefix="broker-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)
