"""Views as API types."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import orjson
import strawberry
from strawberry.scalars import JSON

from core.kit.conditions import fields_for, fields_in, read_condition
from core.kit.conditions.operators import TAKEN, Operator
from core.kit.conditions.tree import plain
from core.kit.graph import (
    Connection,
    Count,
    Info,
    Node,
    Request,
    batched,
    column,
    listed,
    listing,
    lookup,
    node,
    one,
)
from core.kit.graph import conditions as given_conditions
from core.kit.graph.labels import LABELS, Labels, label, written_labels
from core.kit.graph.operators import enum_filter
from core.kit.graph.orders import ORDERS, OrderDirection
from core.views.columns import COLUMNS
from core.views.graphql.enums import ConditionFieldKind, ViewVisibility
from core.views.graphql.listing import count, tickets
from core.views.queries import PERMISSION, may_know_condition, view_sight

if TYPE_CHECKING:
    from core.groups.graphql import Group
    from core.identity.graphql import Role, User
    from core.tickets.graphql import Ticket

# Made when lists are declared, so that no name stands for it.
LazyOrderField: Any = Annotated["TicketOrderField", strawberry.lazy("core.kit.graph.orders")]  # noqa: F821


def _condition(stored: str) -> JSON:
    return JSON(plain(read_condition(orjson.loads(stored))))  # PostgreSQL keeps no order of members


def _tested(stored: str) -> list[str]:
    return fields_in(read_condition(orjson.loads(stored)))


@strawberry.type(description="A key that a view's tickets are ordered by.")
class ViewSortKey:
    field: LazyOrderField = strawberry.field(description="What they are ordered by.")
    direction: OrderDirection = strawberry.field(description="Which way.")


async def _orders(_request: Request, views: Sequence[Any]) -> Sequence[list[ViewSortKey]]:
    keys = ORDERS["Ticket"].__annotations__["field"]
    return [
        [
            ViewSortKey(field=keys[name], direction=OrderDirection["DESC" if view.is_descending else "ASC"])
            for name in orjson.loads(view.sort)
        ]
        for view in views
    ]


def _may_write(request: Request, view: Any) -> bool:
    """A favourite search is its owner's to change, any other view theirs who manage views."""
    if view.owner_id is not None:
        return bool(view.owner_id == request.viewer.user_id)
    return request.viewer.may(PERMISSION)


@node(
    prefix="viw", table="views", sight=view_sight, is_few=True, orders={"POSITION": ("{t}.position", "number")},
    description="A list of tickets that a condition picks: one that every desk has, one that is shared, or somebody's "
    "favourite search.",
)  # fmt: skip
class View(Node):
    key: str | None = column("The name programs use, of views that came with the helpdesk.", filter="string")
    label: str = label("What people read.")
    labels: Labels = written_labels(LABELS, _may_write, needs=("owner_id",))
    visibility: ViewVisibility = column(
        "Who sees it.",
        decode=ViewVisibility,
        filter=enum_filter(ViewVisibility, "Conditions on who sees a view."),
    )
    is_system: bool = column("Whether every desk has it: it stays as it is.", filter="boolean")
    owner: Annotated[User, strawberry.lazy("core.identity.graphql")] | None = one(
        "owner_id", "Whose favourite search it is.", filter=True
    )
    roles: list[Annotated[Role, strawberry.lazy("core.identity.graphql")]] = listed(
        "view_shares", "view_id", "role_id", "The roles it is for; at most 100.", order="name"
    )
    groups: list[Annotated[Group, strawberry.lazy("core.groups.graphql")]] = listed(
        "view_shares", "view_id", "group_id", "The groups it is for; at most 100.", order="name"
    )
    condition: JSON | None = column(
        "What it picks, in the form of `ConditionInput`; for staff, null for others: it may name what they do not see.",
        decode=_condition, guard=may_know_condition,
    )  # fmt: skip
    condition_fields: list[str] = column(
        "The fields that its condition tests, whether they are among its columns or not (I4, I5).",
        name="condition", decode=_tested,
    )  # fmt: skip
    columns: list[str] = column(
        "What it shows, in this order, as `viewColumns` names it.", decode=orjson.loads
    )
    order_by: list[ViewSortKey] = batched(("sort", "is_descending"), _orders, "What it is ordered by.")
    position: int = column("Its place among the views.")
    count: Count | None = count()
    tickets: Connection[Annotated[Ticket, strawberry.lazy("core.tickets.graphql")]] = tickets()
    created_at: datetime = column("When it was made.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type(description="A field of tickets that conditions may test.")
class ConditionField:
    name: str = strawberry.field(description="Its name; of a custom field `custom.` and its key.")
    kind: ConditionFieldKind = strawberry.field(description="What it holds.")
    operators: list[given_conditions.ConditionOperator] = strawberry.field(
        description="What it may be tested by."
    )
    choices: list[str] | None = strawberry.field(description="All values it can have, of a choice.")
    symbols: list[str] = strawberry.field(description="What may stand for whoever asks: `me`, `my_groups`.")


@strawberry.type
class ViewQuery:
    view = lookup(View, "A view by its id.")
    views = listing(
        View, "The views that the viewer works with, in their order; their own favourite searches last.",
        order=("POSITION",),
    )  # fmt: skip

    @strawberry.field(description="The fields of tickets that conditions may test. For staff.")
    async def condition_fields(self, info: Info) -> list[ConditionField] | None:
        if not info.context.viewer.is_staff:
            return []
        fields = await fields_for("Ticket", info.context.ctx)
        return [
            ConditionField(
                name=each.name,
                kind=ConditionFieldKind[each.kind.value],
                operators=[
                    given_conditions.ConditionOperator[name.value]
                    for name in Operator
                    if name in TAKEN[each.kind]
                ],
                choices=None if each.choices is None else list(each.choices.__members__),
                symbols=sorted(each.symbols),
            )
            for each in fields.values()
            if not each.is_archived
        ]

    @strawberry.field(description="What views may show of tickets. For staff.")
    async def view_columns(self, info: Info) -> list[str] | None:
        if not info.context.viewer.is_staff:
            return []
        custom = await fields_for("Ticket", info.context.ctx)
        return [*COLUMNS, *(name for name, each in custom.items() if "." in name and not each.is_archived)]
