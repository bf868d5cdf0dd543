"""Keyset pages. A cursor holds the sort values of its row, so page 10,000 costs what page 1 costs; it is bound to
the order it was made under and refused under another."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from core.kit.graph.connection import DEFAULT_PAGE, LARGEST_PAGE, Connection, Edge, PageInfo
from core.kit.graph.request import BadArgument
from core.kit.graph.scalars import write_instant


@dataclass(frozen=True)
class Order:
    """Sort columns with one common direction; `id` is appended, so that the order is total and one index serves it."""

    columns: tuple[str, ...]
    descending: bool

    @property
    def fingerprint(self) -> str:
        return ",".join(self.columns) + ("-" if self.descending else "+")


@dataclass(frozen=True)
class Page:
    """Which part of a list is wanted."""

    size: int
    backward: bool
    cursor: str | None

    @property
    def limit(self) -> int:
        return self.size + 1


def page_of(first: int | None, after: str | None, last: int | None, before: str | None) -> Page:
    """Read the four paging arguments. Raises BadArgument for mixed directions and sizes outside 0 to 100. `first` at
    its default beside `last` or `before` was not said."""
    if first == DEFAULT_PAGE and (last is not None or before is not None):
        first = None
    if (first is not None or after is not None) and (last is not None or before is not None):
        raise BadArgument(
            "BAD_PAGE", "Page forward with `first` and `after`, or backward with `last` and `before`."
        )
    backward = last is not None or before is not None
    size = (last if backward else first) if (last if backward else first) is not None else DEFAULT_PAGE
    if size is None or not 0 <= size <= LARGEST_PAGE:
        name = "last" if backward else "first"
        raise BadArgument(
            "BAD_PAGE", "`{name}` must be between 0 and {limit}.", name=name, limit=LARGEST_PAGE
        )
    return Page(size=size, backward=backward, cursor=before if backward else after)


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return write_instant(value)
    return str(value) if isinstance(value, UUID) else value


def write_cursor(order: Order, values: Sequence[object]) -> str:
    packed = orjson.dumps([order.fingerprint, *(_plain(value) for value in values)])
    return urlsafe_b64encode(packed).rstrip(b"=").decode()


def read_cursor(order: Order, cursor: str, kinds: Sequence[str]) -> list[object]:
    """The sort values in a cursor, typed for PostgreSQL. Raises BadArgument for one that was made elsewhere."""
    try:
        packed = orjson.loads(urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)))
        if not isinstance(packed, list) or packed[0] != order.fingerprint or len(packed) != len(kinds) + 1:
            raise ValueError(cursor)
        return [_typed(value, kind) for value, kind in zip(packed[1:], kinds, strict=True)]
    except (ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise BadArgument("BAD_CURSOR", "This cursor is not one of this list under this order.") from error


def _typed(value: Any, kind: str) -> object:
    if kind == "uuid":
        return UUID(value)
    if kind == "datetime":
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(value)
        return moment.astimezone(UTC)
    if kind == "number" and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63:
        return value
    if kind == "string" and isinstance(value, str) and "\x00" not in value:
        return value
    raise TypeError(kind)


def connect(rows: Sequence[Any], page: Page, cursor_of: Any, build: Any, counter: Any) -> Connection[Any]:
    """A page from its rows (one more than asked for tells whether there is more)."""
    more = len(rows) > page.size
    kept = list(rows[: page.size])
    if page.backward:
        kept.reverse()
    edges = [Edge(cursor=cursor_of(row), node=build(row)) for row in kept]
    beyond = page.cursor is not None
    return Connection(
        edges=edges,
        nodes=[edge.node for edge in edges],
        page_info=PageInfo(
            has_next_page=beyond if page.backward else more,
            has_previous_page=more if page.backward else beyond,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        ),
        counter=counter,
    )
