"""Programs that tests start beside themselves, and kill."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]


@contextmanager
def running(program: Path, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A program of the tests for as long as the block lasts, and no longer."""
    process = subprocess.Popen(
        [sys.executable, str(program), *map(str, arguments)],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
