"""The oldest PostgreSQL we support serves the same: the tests of the domains run once more on version 15."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.kit.postgres import PostgresUnavailable
from core.kit.postgres.binaries import OLDEST, find_binaries

ROOT = Path(__file__).parents[2]
FOLDERS = (
    "customers",
    "fields",
    "files",
    "groups",
    "identity",
    "isolation",
    "migrations",
    "tenants",
    "tickets",
)

pytestmark = [pytest.mark.interop, pytest.mark.timeout(900)]


def test_the_domains_pass_on_the_oldest_postgresql() -> None:
    try:
        find_binaries(OLDEST)
    except PostgresUnavailable as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(error))
    folders = [str(Path("tests", name)) for name in FOLDERS if (ROOT / "tests" / name).is_dir()]

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-m",
            "not interop",
            "-n",
            "2",
            "-p",
            "no:cacheprovider",
            *folders,
        ],
        cwd=ROOT,
        env={**os.environ, "TEST_POSTGRESQL_MAJOR": str(OLDEST)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-2000:]
    assert " passed" in done.stdout
