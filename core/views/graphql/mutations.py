"""Mutations of views."""

from typing import Annotated, Any

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.conditions import ConditionInput, condition_from
from core.kit.graph.input_reading import InputReading
from core.kit.graph.inputs import EXPECTED_VERSION, IDEMPOTENCY_KEY, keys_from, needed_key
from core.kit.graph.labels import LocalizedLabelInput, labels_from
from core.kit.graph.orders import OrderDirection
from core.views import service
from core.views.columns import USUAL
from core.views.graphql.enums import ViewVisibility
from core.views.graphql.types import View
from core.views.service.checking import NEWEST, Sort, sort_from
from core.views.states import ViewVisibility as Visibility

LazyOrder: Any = Annotated["TicketOrder", strawberry.lazy("core.kit.graph.orders")]  # noqa: F821
_LABEL = "What people read; at most 80 characters."
_LABELS = "The same in more languages."
_COLUMNS = "What it shows of tickets, as `viewColumns` names it; at most 30."
_CONDITION = "What it picks."
_ORDER = "What its tickets are ordered by: one or two keys of one direction."
_FOR = "Those that a view for CHOSEN is for; both lists are given together."


@strawberry.input(description="A new view: a favourite search of one's own, or one for others.")
class ViewCreateInput:
    label: str = strawberry.field(description=_LABEL)
    labels: list[LocalizedLabelInput] | None = strawberry.field(default=None, description=_LABELS)
    condition: ConditionInput = strawberry.field(description=_CONDITION)
    visibility: ViewVisibility = strawberry.field(
        default=ViewVisibility.PRIVATE, description="Who sees it; all but PRIVATE need `view.manage`."
    )
    role_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=f"Roles. {_FOR}")
    group_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=f"Groups. {_FOR}")
    columns: list[str] | None = strawberry.field(
        default=None, description=f"{_COLUMNS} The usual ones unless told."
    )
    order_by: list[LazyOrder] | None = strawberry.field(
        default=None, description=f"{_ORDER} Last changed first unless told."
    )
    idempotency_key: str | None = strawberry.field(default=None, description=IDEMPOTENCY_KEY)


@strawberry.input(description="A change of a view: what is left out stays.")
class ViewUpdateInput:
    id: strawberry.ID = strawberry.field(description="The view.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    label: Maybe[str] = strawberry.field(default=None, description=_LABEL)
    labels: Maybe[list[LocalizedLabelInput]] = strawberry.field(default=None, description=_LABELS)
    condition: Maybe[ConditionInput] = strawberry.field(default=None, description=_CONDITION)
    visibility: ViewVisibility | None = strawberry.field(
        default=None, description="Who sees it; a favourite search stays one, and others never become one."
    )
    role_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=f"Roles. {_FOR}")
    group_ids: list[strawberry.ID] | None = strawberry.field(default=None, description=f"Groups. {_FOR}")
    columns: Maybe[list[str]] = strawberry.field(default=None, description=_COLUMNS)
    order_by: Maybe[list[LazyOrder]] = strawberry.field(default=None, description=_ORDER)


@strawberry.input(description="The view to delete.")
class ViewDeleteInput:
    id: strawberry.ID = strawberry.field(description="The view.")


@strawberry.input(description="A new order of views.")
class ViewReorderInput:
    ids: list[strawberry.ID] = strawberry.field(
        description="Views that come first, in this order: all of the desk, or all favourite searches of one's own."
    )


@strawberry.type(description="What `viewCreate` answers.")
class ViewCreatePayload(Payload):
    view: View | None = one("view_id", "The new view.")


@strawberry.type(description="What `viewUpdate` answers.")
class ViewUpdatePayload(Payload):
    view: View | None = one("view_id", "The view as it is now.")


@strawberry.type(description="What `viewDelete` answers.")
class ViewDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


@strawberry.type(description="What `viewReorder` answers.")
class ViewReorderPayload(Payload):
    view: View | None = one("view_id", "The view that comes first now.")


@strawberry.type
class ViewMutation:
    @mutation("Make a view: one's own, or with `view.manage` one for others.")
    async def view_create(info: Info, input: ViewCreateInput) -> ViewCreatePayload:
        reading, order = InputReading(), input.order_by
        new = service.NewView(
            label=input.label, labels=reading.read(lambda: labels_from(input.labels or ()), {}),
            condition=condition_from(input.condition), visibility=Visibility(input.visibility.name),
            role_ids=reading.keys(input.role_ids, "rol", "roleIds"),
            group_ids=reading.keys(input.group_ids, "grp", "groupIds"),
            columns=USUAL if input.columns is None else input.columns,
            sort=NEWEST if order is None else reading.read(lambda: _sort(order), NEWEST),
        )  # fmt: skip
        with reading.told():
            view_id = await service.create_view(info.context.ctx, new)
        return ViewCreatePayload.of(view_id=view_id)

    @mutation("Change a view; needs what making it needs. Those that every desk has stay as they are.")
    async def view_update(info: Info, input: ViewUpdateInput) -> ViewUpdatePayload:
        view_id = needed_key(input.id, "viw", "id")
        patch = service.ViewPatch(
            values=_given(input),
            visibility=None if input.visibility is None else Visibility(input.visibility.name),
            role_ids=None if input.role_ids is None else keys_from(input.role_ids, "rol", "roleIds"),
            group_ids=None if input.group_ids is None else keys_from(input.group_ids, "grp", "groupIds"),
            expected_version=input.expected_version,
        )
        await service.update_view(info.context.ctx, view_id, patch)
        return ViewUpdatePayload.of(view_id=view_id)

    @mutation("Delete a view; needs what making it needs. What it lists stays.")
    async def view_delete(info: Info, input: ViewDeleteInput) -> ViewDeletePayload:
        await service.delete_view(info.context.ctx, needed_key(input.id, "viw", "id"))
        return ViewDeletePayload.of(deleted_id=input.id)

    @mutation("Put views first; those of the desk need `view.manage`. The others follow as they were.")
    async def view_reorder(info: Info, input: ViewReorderInput) -> ViewReorderPayload:
        keys = keys_from(input.ids, "viw", "ids")
        await service.move_views(info.context.ctx, keys)
        return ViewReorderPayload.of(view_id=keys[0] if keys else None)


def _given(input: ViewUpdateInput) -> dict[str, Any]:
    read = {"labels": labels_from, "condition": condition_from, "order_by": _sort}
    values: dict[str, Any] = {}
    for name in ("label", "labels", "condition", "columns", "order_by"):
        member = getattr(input, name)
        if isinstance(member, strawberry.Some):
            kept = "sort" if name == "order_by" else name
            values[kept] = read.get(name, _as_it_is)(member.value)
    return values


def _as_it_is(value: Any) -> Any:
    return value


def _sort(given: list[Any]) -> Sort:
    return sort_from([(each.field.value, each.direction is OrderDirection.DESC) for each in given])
