"""An installation for the tests of one file; each test leaves it serving."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.kit.postgres import EmbeddedPostgres
from tests.outage.installation import Installation, installed


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Short enough for sockets, and open enough for the user that root lends to PostgreSQL."""
    path = Path(tempfile.mkdtemp(prefix="outage-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="module")
def installation(folder: Path) -> Iterator[Installation]:
    postgres = EmbeddedPostgres(folder / "data")
    postgres.start()
    try:
        with installed(folder, postgres) as running:
            yield running
    finally:
        postgres.destroy()
