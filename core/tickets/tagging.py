"""Tags on customers and organisations (D15, H2), as `addTagIds` and `removeTagIds` give and take them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch, insert_rows
from core.kit.errors import Errors, NotFound
from core.tickets.errors import TooManyTagsGiven

MOST_TAGS = 100
_TYPES = {"id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "tag_id": "uuid"}


@dataclass(frozen=True, slots=True)
class Tagging:
    """Which tags to give and which to take; one that is in both is taken."""

    add: Collection[UUID] = ()
    remove: Collection[UUID] = ()

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


async def tag(
    ctx: Context, table: str, column: str, key: UUID, tagging: Tagging, *, path: str = "addTagIds"
) -> dict[str, list[list[str]]]:
    """Give and take tags of the row of which `column` of the link table holds the key, and say what it had and has, if
    that differs. The row is locked by the caller, or new. Raises Errors that name each tag that is not there, and
    TooManyTagsGiven over 100, located at `path`."""
    if not tagging:
        return {}
    await _check(ctx, tagging.add, path)
    of = {"tenant": ctx.tenant_id, "key": key}
    rows = await fetch(f"select tag_id from {table} where tenant_id = :tenant and {column} = :key", of)
    before: set[UUID] = {row["tag_id"] for row in rows}
    after = (before | set(tagging.add)) - set(tagging.remove)
    if len(after) > MOST_TAGS:
        raise TooManyTagsGiven(path=(path,), limit=MOST_TAGS)
    if after == before:
        return {}
    await execute(
        f"delete from {table} where tenant_id = :tenant and {column} = :key and tag_id = any(:gone)",
        {**of, "gone": list(before - after)},
    )
    made = {"tenant_id": ctx.tenant_id, "created_at": ctx.now(), column: key}
    links = [{**made, "id": ctx.new_id(), "tag_id": each} for each in sorted(after - before)]
    await insert_rows(table, {**_TYPES, column: "uuid"}, links)
    return {"tags": [sorted(map(str, before)), sorted(map(str, after))]}


async def _check(ctx: Context, wanted: Collection[UUID], path: str) -> None:
    """They are there, and stay until the transaction ends."""
    rows = await fetch(
        "select id from tags where tenant_id = :tenant and id = any(:wanted) order by id for key share",
        {"tenant": ctx.tenant_id, "wanted": list(wanted)},
    )
    known = {row["id"] for row in rows}
    missing = [NotFound(path=(path, str(place))) for place, each in enumerate(wanted) if each not in known]
    if missing:
        raise Errors(missing)
