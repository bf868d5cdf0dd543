"""A web process whose event loop stands still is ended."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import asyncio, time
from core.door.turning import end_when_still

def stands_still_in_a_plugin():
    time.sleep(30)

async def main():
    end_when_still(asyncio.get_running_loop(), longest=1.0, beat=0.2)
    await asyncio.sleep(2.5)
    print("turned", flush=True)
    {then}

asyncio.run(main())
"""


@pytest.mark.parametrize(("then", "code"), [("stands_still_in_a_plugin()", 1), ("pass", 0)])
def test_a_process_that_stands_still_is_ended_and_says_where(then: str, code: int) -> None:
    told = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("{then}", then)],
        cwd=ROOT, capture_output=True, text=True, timeout=25, check=False,
    )  # fmt: skip

    assert (told.stdout, told.returncode) == ("turned\n", code)
    assert ("stands_still_in_a_plugin" in told.stderr) == bool(code)
