"""Ids: UUIDv7 in the database, `<prefix>_<32 hex digits>` at the edge.

A global id is never reused and never parsed by clients; the prefix only tells the server which type to look up.
"""

import re
from datetime import UTC, datetime
from uuid import UUID

from uuid_utils import compat

_GLOBAL_ID = re.compile(r"^([a-z]{3})_([0-9a-f]{32})$")


def new_id() -> UUID:
    """A UUIDv7 of this moment: unique, and later ids sort after earlier ones."""
    return compat.uuid7()


def id_at(moment: datetime) -> UUID:
    """A UUIDv7 that sorts by `moment`, for rows written about the past (imports, the demo)."""
    milliseconds = int(moment.timestamp() * 1000)
    fresh = compat.uuid7().int
    return UUID(int=(milliseconds << 80) | (fresh & ((1 << 80) - 1)))


def first_id_at(moment: datetime) -> UUID:
    """What no id of that moment or later sorts before."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


def moment_of(key: UUID) -> datetime:
    """When a key was made."""
    return datetime.fromtimestamp((key.int >> 80) / 1000, UTC)


def to_global(prefix: str, key: UUID) -> str:
    """`tkt` and a key as `tkt_0190…`."""
    return f"{prefix}_{key.hex}"


def split_global(global_id: str) -> tuple[str, UUID] | None:
    """The prefix and key of a global id, or None when it is not one."""
    found = _GLOBAL_ID.match(global_id)
    return (found[1], UUID(hex=found[2])) if found else None


def key_of(global_id: str, prefix: str) -> UUID | None:
    """The key behind a global id of one type, or None when the id is malformed or names another type."""
    parts = split_global(global_id)
    return parts[1] if parts and parts[0] == prefix else None
