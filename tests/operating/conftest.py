"""The `deskgraph` command against an empty database of the test's own."""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from core.kit.database.connect import credentials

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Installation:
    """An installation that nothing was done to yet."""

    url: str
    folder: Path

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "core", *arguments],
            cwd=ROOT,
            env=self.environment(**environment),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def environment(self, **more: str) -> dict[str, str]:
        own = {
            "PATH": os.environ["PATH"],
            "DESKGRAPH_DATABASE_URL": self.url,
            "DESKGRAPH_DATA_DIR": str(self.folder),
        }
        return {**own, **more}

    def made(self, *arguments: str, **environment: str) -> Any:
        """What a command that succeeds prints as JSON."""
        result = self.run(*arguments, "--json", **environment)
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def refused(self, *arguments: str, **environment: str) -> str:
        """The message of a command that refuses: to stderr, without a traceback, and with 1 as its exit code."""
        result = self.run(*arguments, **environment)
        assert (result.returncode, result.stdout) == (1, ""), result
        assert result.stderr.startswith("Error: ")
        assert "Traceback" not in result.stderr
        return result.stderr.removeprefix("Error: ").rstrip("\n")

    async def rows(self, query: str) -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(**credentials(self.url))
        try:
            return [tuple(row) for row in await connection.fetch(query)]
        finally:
            await connection.close()


@pytest.fixture
async def installation(server_url: str, tmp_path: Path) -> AsyncIterator[Installation]:
    name = f"deskgraph_operating_{secrets.token_hex(4)}"
    owner = await asyncpg.connect(**credentials(server_url))
    await owner.execute(f"create database {name}")
    yield Installation(urlunsplit(urlsplit(server_url)._replace(path=f"/{name}")), tmp_path / "data")
    await owner.execute(f"drop database {name} with (force)")
    await owner.close()
