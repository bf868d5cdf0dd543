"""Reading the stream in the order of commits, from a position on."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import orjson

from core.kit.context import Viewer, current_tenant
from core.kit.database import Reach, fetch, fetch_value
from core.kit.database.sql import Row, with_columns

_CURSOR_BYTES = 24


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the stream: just after this event."""

    xid: int
    event_id: UUID

    @property
    def cursor(self) -> str:
        """The position as clients keep it."""
        return urlsafe_b64encode(self.xid.to_bytes(8, "big") + self.event_id.bytes).decode()

    @classmethod
    def of(cls, cursor: str) -> "Position":
        """The position behind a cursor. Raises ValueError for a text that is none."""
        packed = urlsafe_b64decode(cursor.encode("ascii"))
        if len(packed) != _CURSOR_BYTES or packed[0] > 127:
            raise ValueError("not a cursor of events")
        return cls(int.from_bytes(packed[:8], "big"), UUID(bytes=packed[8:]))


BEGINNING = Position(0, UUID(int=0))
"""Before every event."""


class BadCursor(Exception):
    """A text that is no place in the stream."""

    code = "BAD_CURSOR"
    message = "This cursor is not one of the stream of events."
    values: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        super().__init__(self.message)
        self.extensions = {"code": self.code}


def position_of(cursor: str) -> Position:
    """The position behind a client's cursor. Raises BadCursor."""
    try:
        return Position.of(cursor)
    except ValueError as error:
        raise BadCursor from error


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it was written."""

    id: UUID
    tenant_id: UUID
    created_at: datetime
    batch_id: UUID
    type: str
    subject_type: str
    subject_id: UUID
    changes: Mapping[str, Any]
    actor_id: UUID | None
    on_behalf_of_id: UUID | None
    via: str
    position: Position


_COLUMNS = (
    "e.id, e.tenant_id, e.created_at, e.batch_id, e.type, e.subject_type, e.subject_id, e.changes, e.actor_id,"
    " e.on_behalf_of_id, e.via, e.xid"
)


def stored(row: Row) -> StoredEvent:
    """The event in a row of `_COLUMNS`."""
    return StoredEvent(
        id=row["id"], tenant_id=row["tenant_id"], created_at=row["created_at"], batch_id=row["batch_id"],
        type=row["type"], subject_type=row["subject_type"], subject_id=row["subject_id"],
        changes=orjson.loads(row["changes"]), actor_id=row["actor_id"], on_behalf_of_id=row["on_behalf_of_id"],
        via=row["via"], position=Position(row["xid"], row["id"]),
    )  # fmt: skip


async def position_now() -> Position:
    """Before every event whose transaction has not ended yet. What follows it may hold a few events that one has seen
    already, and misses none."""
    return Position(await fetch_value("select event_horizon()"), UUID(int=0))


async def read_after(
    position: Position,
    *,
    limit: int,
    types: Sequence[str] | None = None,
    subject: UUID | None = None,
) -> list[StoredEvent]:
    """The current tenant's next events, of these types and about this subject only where told. An event whose turn it
    is not yet, since an older transaction is still open, comes with a later reading."""
    conditions = ["e.tenant_id = :tenant", "(e.xid, e.id) > (:xid, :after)", "e.xid < event_horizon()"]
    values: dict[str, object] = {
        "tenant": current_tenant(), "xid": position.xid, "after": position.event_id, "limit": limit
    }  # fmt: skip
    if position == BEGINNING:
        # PostgreSQL may go along the stream of all tenants, where one has most of the events: then from its own first.
        conditions.append("e.xid >= (select min(f.xid) from events f where f.tenant_id = :tenant)")
    if types is not None:
        conditions.append("e.type = any(:types::text[])")
        values["types"] = list(types)
    if subject is not None:
        conditions.append("e.subject_id = :subject")
        values["subject"] = subject
    rows = await fetch(
        f"select {_COLUMNS} from events e where {' and '.join(conditions)} order by e.xid, e.id limit :limit",
        values,
    )
    return [stored(row) for row in rows]


async def seen(ids: Sequence[UUID], condition: str, values: Mapping[str, object]) -> set[UUID]:
    """Which of these events of the current tenant meet a condition over `e`."""
    rows = await fetch(
        f"select e.id from events e where e.tenant_id = :tenant and e.id = any(:ids::uuid[]) and ({condition})",
        {**values, "tenant": current_tenant(), "ids": list(ids)},
    )
    return {row["id"] for row in rows}


_OF_ASKER = {name: f"asker.{name}" for name in ("me", "my_groups", "my_organization")}
"""A viewer's parameters (`Viewer.parameters`), where each row has a viewer of its own."""


async def seen_by_each(
    ids: Sequence[UUID], condition: str, values: Mapping[str, object], viewers: Sequence[Viewer]
) -> list[set[UUID]]:
    """What `seen` says for each of these viewers of the current tenant, in one statement: a viewer's own parameters
    come from the viewer's row, all others from `values`."""
    own = with_columns(condition, _OF_ASKER)
    rows = await fetch(
        "select asker.place, e.id from (select x.me, x.my_groups::uuid[] as my_groups, x.my_organization, x.place"
        " from unnest(:asker_ids::uuid[], :asker_groups::text[], :asker_organizations::uuid[]) with ordinality"
        " x(me, my_groups, my_organization, place)) asker join events e on e.tenant_id = :tenant"
        f" and e.id = any(:ids::uuid[]) where ({own})",
        {
            **values, "tenant": current_tenant(), "ids": list(ids),
            "asker_ids": [viewer.user_id for viewer in viewers],
            "asker_groups": ["{" + ",".join(map(str, viewer.group_ids)) + "}" for viewer in viewers],
            "asker_organizations": [viewer.organization_id for viewer in viewers],
        },
    )  # fmt: skip
    found: list[set[UUID]] = [set() for _ in viewers]
    for row in rows:
        found[row["place"] - 1].add(row["id"])
    return found


async def load(ids: Sequence[UUID]) -> list[StoredEvent]:
    """These events of the current tenant, in the order of the ids."""
    rows = await fetch(
        f"select {_COLUMNS} from events e where e.tenant_id = :tenant and e.id = any(:ids::uuid[])",
        {"tenant": current_tenant(), "ids": list(ids)},
    )
    found = {row["id"]: stored(row) for row in rows}
    return [found[each] for each in ids if each in found]


async def is_held_back(reach: Reach = Reach.TENANT) -> bool:
    """Whether there are committed events that an older transaction, still open, keeps from being read: it is worth
    looking again soon."""
    found = await fetch_value("select 1 from events where xid >= event_horizon() limit 1", reach=reach)
    return found is not None
