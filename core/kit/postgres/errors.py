"""Why an embedded PostgreSQL cannot be had. One error: its message names the reason and the way out."""

from __future__ import annotations

from pathlib import Path

_DISK_FULL = "No space left on device"


class PostgresUnavailable(Exception):
    """The embedded PostgreSQL cannot be started or reached."""


def failed(what: str, output: str, log: Path | None = None) -> PostgresUnavailable:
    """The error for a program that ended with `output`; a full disk is named as such."""
    if _DISK_FULL in output:
        return PostgresUnavailable(f"{what}: the disk is full. Free some space, then start again.")
    end = "\n".join(f"  {line}" for line in output.strip().splitlines()[-8:])
    where = f"\nIts whole log is {log}." if log else ""
    return PostgresUnavailable(f"{what}:\n{end}{where}")
