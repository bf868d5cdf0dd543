"""Who holds a cluster: PostgreSQL's own `postmaster.pid`, read with the doubt a crash deserves."""

from __future__ import annotations

import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A live server: its process, where its socket is, and what it says of itself."""

    pid: int
    socket_folder: Path
    port: int
    status: str


def find_postmaster(data: Path) -> Postmaster | None:
    """The live server of the cluster `data`, or None. A file left by a dead one counts as none."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5 or not is_postgres(int(lines[0])):
        return None
    status = lines[7].strip() if len(lines) > 7 else "starting"
    return Postmaster(int(lines[0]), Path(lines[4]), int(lines[3]), status)


def remove_stale_locks(data: Path, socket_folder: Path) -> None:
    """Remove what a killed server left. A reused process id would otherwise keep the next from starting."""
    for lock in (data / "postmaster.pid", *socket_folder.glob(".s.PGSQL.*.lock")):
        first = lock.read_text().partition("\n")[0] if lock.exists() else ""
        if first.strip().isdigit() and not is_postgres(int(first)):
            lock.unlink()


def is_postgres(pid: int) -> bool:
    """Whether `pid` is alive and a PostgreSQL server, not some process that got its number later."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return "postgres" in _command(pid)


def _command(pid: int) -> str:
    if platform.system() == "Linux":
        try:
            stat = Path(f"/proc/{pid}/stat").read_text()
        except FileNotFoundError:
            return ""
        name, state = stat[stat.index("(") + 1 : stat.rindex(")")], stat[stat.rindex(")") + 2]
        return "" if state == "Z" else name
    answer = subprocess.run(
        ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return answer.stdout
