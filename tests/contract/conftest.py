"""A workshop for each test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.workshop import Workshop, workshop


@pytest.fixture
def shop() -> Iterator[Workshop]:
    # Short enough for sockets, and open to the user that root lends to PostgreSQL.
    folder = Path(tempfile.mkdtemp(prefix="shop-", dir="/tmp"))
    folder.chmod(0o755)
    yield workshop(folder)
    shutil.rmtree(folder, ignore_errors=True)
