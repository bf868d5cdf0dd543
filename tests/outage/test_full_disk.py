"""The database's disk is full: writes are told to come again, and work when there is room."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.kit.postgres import EmbeddedPostgres
from tests.outage.installation import Installation, Reply, installed

SIZE = "220m"
LARGE = "long " * 20_000


@pytest.fixture(scope="module")
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of its own for the database."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        pytest.skip("a disk of limited size takes root on Linux")
    path = Path(tempfile.mkdtemp(prefix="outage-disk-", dir="/tmp"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0755", "tmpfs", str(path)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        path.rmdir()
        if os.environ.get("CI") == "true":
            pytest.fail(f"no disk of limited size could be mounted: {mounted.stderr}")
        pytest.skip(f"no disk of limited size could be mounted: {mounted.stderr.strip()}")
    yield path
    subprocess.run(["umount", str(path)], check=True)
    path.rmdir()


@pytest.fixture(scope="module")
def cramped(small_disk: Path, folder: Path) -> Iterator[Installation]:
    postgres = EmbeddedPostgres(small_disk / "data")
    postgres.start()
    try:
        with installed(folder, postgres) as running:
            yield running
    finally:
        postgres.stop()


def _fill(disk: Path) -> Path:
    ballast = disk / "ballast"
    with ballast.open("wb") as file:
        free = shutil.disk_usage(disk).free
        os.posix_fallocate(file.fileno(), 0, free)
    assert shutil.disk_usage(disk).free == 0
    return ballast


async def _write_until_refused(cramped: Installation) -> Reply:
    for number in range(400):
        reply = await cramped.open_ticket(f"number {number}", LARGE)
        if reply.status != 200:
            return reply
    raise AssertionError("the disk was not full")


async def test_a_full_disk_refuses_writes_and_room_brings_them_back(
    cramped: Installation, small_disk: Path
) -> None:
    assert (await cramped.open_ticket("while there was room", LARGE)).status == 200
    ballast = _fill(small_disk)

    reply = await _write_until_refused(cramped)

    assert reply.is_told_to_come_again(), reply.body
    cramped.assert_told_in_one_line(reply)
    assert await cramped.status("/healthz") == 200
    if cramped.postgres.running():
        seen = await cramped.ask('{ ticket(number: "1") { title } }')
        assert seen.status == 200, "what is there can be read"
        assert seen.body["data"]["ticket"]["title"] == "while there was room"
        assert await cramped.status("/readyz") == 200

    ballast.unlink()
    if not cramped.postgres.running():
        cramped.postgres.start()
    await cramped.serves_again()
    again = await cramped.open_ticket("there is room again", LARGE)
    assert again.status == 200, again.body
    assert again.body["data"]["ticketCreate"]["userErrors"] == []
    assert "there is room again" in await cramped.titles()


async def test_numbers_have_no_gap_where_writes_were_refused(cramped: Installation) -> None:
    found = await cramped.ask(
        "{ tickets(first: 100, orderBy: [{field: NUMBER, direction: DESC}]) { nodes { number } } }"
    )
    newest = int(found.body["data"]["tickets"]["nodes"][0]["number"])
    total = await cramped.ask("{ tickets { totalCount(max: 1000) { value } } }")

    assert total.body["data"]["tickets"]["totalCount"]["value"] == newest
