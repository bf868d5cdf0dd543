"""Make, change and delete views (I6, I7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.kit.context import Context
from core.kit.database import execute, fetch_value, insert_rows, take_turns
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, NotFound, VersionConflict, gathering
from core.kit.events import Happening, record
from core.kit.i18n import called
from core.kit.ids import to_global
from core.kit.revising import revise
from core.tickets.defined import settings
from core.views.columns import USUAL
from core.views.errors import StaffOnly, StaysAsItIs, SystemView, TooManyFavorites, TooManyViews
from core.views.models import View
from core.views.queries import PERMISSION, count_views, kept_by, lock_view
from core.views.service.checking import NEWEST, Sort, check_shares, checked, same_json
from core.views.states import ViewVisibility

MOST_VIEWS = 200
"""Of a desk, favourite searches apart."""
FAVORITES_FROM = 10_000
"""The place of the first favourite search: they follow the views of the desk."""
_SHARE = {
    "id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "view_id": "uuid", "role_id": "uuid",
    "group_id": "uuid",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class NewView:
    """A view to be: a favourite search of one's own unless `visibility` says for whom it is."""

    label: str
    condition: Any
    labels: Mapping[str, str] = field(default_factory=dict)
    visibility: ViewVisibility = ViewVisibility.PRIVATE
    role_ids: Sequence[UUID] = ()
    group_ids: Sequence[UUID] = ()
    columns: Sequence[str] = USUAL
    sort: Sort = NEWEST


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPatch:
    """What to change: a column that is absent stays, and so do shares that are None. Whether a view is one's own never
    changes."""

    values: Mapping[str, Any] = field(default_factory=dict)
    visibility: ViewVisibility | None = None
    role_ids: Sequence[UUID] | None = None
    group_ids: Sequence[UUID] | None = None
    expected_version: int | None = None


async def create_view(ctx: Context, new: NewView) -> UUID:
    """Make a view, the last of its kind. One for others needs `view.manage`, one's own is for staff, as many as the
    tenant's settings allow. Raises Forbidden, TooManyFavorites, TooManyViews, and Errors with all that is wrong with
    its label, condition, columns and shares."""
    is_own = new.visibility is ViewVisibility.PRIVATE
    owner_id = ctx.viewer.user_id if is_own else None
    _require(ctx, owner_id)
    given = {name: getattr(new, name) for name in ("label", "labels", "condition", "columns", "sort")}
    values, errors = dict[str, Any](), list[DomainError]()
    with gathering(errors):
        values = await checked(ctx, given)
    with gathering(errors):
        await check_shares(ctx, new.visibility, new.role_ids, new.group_ids)
    if errors:
        raise Errors(errors)
    await _room(ctx, owner_id)
    view_id, place = ctx.new_id(), await _next_place(ctx, owner_id)
    await View.create(
        id=view_id, created_at=ctx.now(), updated_at=ctx.now(), owner_id=owner_id, position=place,
        visibility=new.visibility.value, **{**values, **_decoded(values)},
    )  # fmt: skip
    await _share(ctx, view_id, new.role_ids, new.group_ids)
    about = {"label": [None, values["label"]], "visibility": [None, new.visibility.value]}
    await record(ctx, Happening("view.created", "view", view_id, about))
    return view_id


async def update_view(ctx: Context, view_id: UUID, patch: ViewPatch) -> None:
    """Change a view. Raises what `create_view` does, NotFound, SystemView, StaysAsItIs and
    VersionConflict."""
    row = await _locked(ctx, view_id, patch.expected_version)
    values = same_json(row, await checked(ctx, patch.values))
    before = ViewVisibility(row["visibility"])
    visibility = patch.visibility or before
    if ViewVisibility.PRIVATE in (before, visibility) and before is not visibility:
        raise StaysAsItIs(path=("visibility",))
    roles, groups = patch.role_ids, patch.group_ids
    reshared = visibility is not before or roles is not None or groups is not None
    if reshared:
        await check_shares(ctx, visibility, roles or (), groups or ())
        await execute(
            "delete from view_shares where tenant_id = :tenant and view_id = :view",
            {"tenant": ctx.tenant_id, "view": view_id},
        )
        await _share(ctx, view_id, roles or (), groups or ())
    changes = await revise(
        ctx, "views", row, {**values, "visibility": visibility.value}, even_if_same=reshared
    )
    if changes or reshared:
        told = {name: pair if name in ("label", "visibility") else [] for name, pair in changes.items()}
        await record(ctx, Happening("view.updated", "view", view_id, told))


async def delete_view(ctx: Context, view_id: UUID) -> None:
    """Delete a view; what it lists stays. Raises NotFound, Forbidden, SystemView."""
    row = await _locked(ctx, view_id, None)
    await execute(
        "delete from views where tenant_id = :tenant and id = :id", {"tenant": ctx.tenant_id, "id": view_id}
    )
    await record(ctx, Happening("view.deleted", "view", view_id, {"label": [row["label"], None]}))


def _require(ctx: Context, owner_id: UUID | None) -> None:
    if owner_id is None:
        ctx.require(PERMISSION)
    elif not ctx.viewer.is_staff:
        raise StaffOnly()


async def _locked(ctx: Context, view_id: UUID, expected_version: int | None) -> Row:
    row = await lock_view(ctx, view_id)
    if row is None:
        raise NotFound(path=("id",))
    _require(ctx, row["owner_id"])
    if row["is_system"]:
        raise SystemView(path=("id",), label=called(row))
    if expected_version is not None and row["version"] != expected_version:
        raise VersionConflict(current=to_global("viw", view_id))
    return row


async def _room(ctx: Context, owner_id: UUID | None) -> None:
    # One view of an owner at a time, so that the count and the last place hold.
    await take_turns("views", owner_id)
    has = await count_views(ctx, owner_id)
    if owner_id is None and has >= MOST_VIEWS:
        raise TooManyViews(limit=MOST_VIEWS)
    if owner_id is not None:
        limit = (await settings(ctx, None))["favorite_view_limit"]
        if has >= limit:
            raise TooManyFavorites(limit=limit)


async def _next_place(ctx: Context, owner_id: UUID | None) -> int:
    condition, values = kept_by(ctx, owner_id)
    found: int = await fetch_value(
        f"select coalesce(max(position) + 1, :first::int) from views where {condition}",
        {**values, "first": 0 if owner_id is None else FAVORITES_FROM},
    )
    return found


def _decoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The mapper writes JSON of what it is given."""
    return {name: orjson.loads(values[name]) for name in ("labels", "condition", "columns", "sort")}


async def _share(ctx: Context, view_id: UUID, roles: Sequence[UUID], groups: Sequence[UUID]) -> None:
    common = {"tenant_id": ctx.tenant_id, "created_at": ctx.now(), "view_id": view_id}
    shares = [{"role_id": key, "group_id": None} for key in dict.fromkeys(roles)]
    shares += [{"role_id": None, "group_id": key} for key in dict.fromkeys(groups)]
    await insert_rows("view_shares", _SHARE, [{"id": ctx.new_id(), **common, **each} for each in shares])
