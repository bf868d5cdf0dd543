"""What a view lists: the plan of its page, and the counts of many views in one statement."""

from collections.abc import Sequence
from typing import Annotated, Any

import orjson
import strawberry

from core.kit.conditions import Asking, condition_sql, fields_for, fields_in, read_condition
from core.kit.definitions import VERSION
from core.kit.graph import Count, Info, Query, Request, registry
from core.kit.graph.connection import DEFAULT_COUNT, cap_of
from core.kit.graph.fields import After, Before, First, Last
from core.kit.graph.node import row_of
from core.kit.graph.orders import order_from
from core.kit.graph.paging import Order, page_of
from core.kit.graph.reading import ListPlan, count_lists, read_pages
from core.kit.graph.sources import Batched, Planned, declared

COMPUTED = {
    # What it picks, also for who is not told.
    "picked": "{t}.condition",
    "definitions_version": VERSION,
    "tenant_time_zone": "(select n.time_zone from tenants n where n.id = :tenant)",
}
NEEDS = ("sort", "is_descending", *COMPUTED)
_MOST_VALUES = 500
"""Of one dictionary, before the next view begins another one."""
_UNLESS_ASKED = "t.state = 'ACTIVE'"

LazyOrder: Any = Annotated["TicketOrder", strawberry.lazy("core.kit.graph.orders")]  # noqa: F821
Max = Annotated[int, strawberry.argument(description="Where counting stops; 1 to 10000.")]


async def _plans(
    request: Request,
    views: Sequence[Any],
    first: int | None = 20,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    order_by: Any = None,
) -> Sequence[ListPlan]:
    page, plans = page_of(first, after, last, before), list[ListPlan]()
    for view, query in zip(views, await _picked(request, views), strict=True):
        plans.append(ListPlan(registry.by_name["Ticket"], order_from(order_by, _usual(view)), page, query))
    return plans


def _usual(view: Any) -> Order:
    return Order(tuple(orjson.loads(view.sort)), view.is_descending)


async def _picked(request: Request, views: Sequence[Any]) -> list[Query]:
    """The conditions of views as queries of tickets: only those that are worked on, unless a view speaks of `state`.
    They name values of one dictionary until it is full."""
    version = views[0].definitions_version
    fields = await fields_for("Ticket", request.ctx, version)
    queries, values = list[Query](), dict[str, object]()
    for view in views:
        if len(values) > _MOST_VALUES:
            values = {}
        query = Query(viewer=request.viewer, values=values)
        condition, asking = (
            read_condition(orjson.loads(view.picked)),
            Asking.by(request.ctx, view.tenant_time_zone),
        )
        query.conditions.append(condition_sql("Ticket", condition, fields, asking, query))
        if "state" not in fields_in(condition):
            query.conditions.append(_UNLESS_ASKED)
        queries.append(query)
    return queries


def tickets() -> Any:
    """The `tickets` field: a page of what a view lists."""

    async def resolve(
        root: Any,
        info: Info,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
        order_by: Annotated[
            list[LazyOrder] | None,
            strawberry.argument(description="One or two keys of one direction; the view's own unless told."),
        ] = None,
    ) -> Any:
        request, asked = info.context, repr((first, after, last, before, order_by))

        async def load(views: list[Any]) -> Sequence[Any]:
            plans = await _plans(request, views, first, after, last, before, order_by)
            return await read_pages(request, plans)

        return await request.loader(("view tickets", asked), load, by=row_of).load(root)

    return declared(
        Planned(NEEDS, _plans), description="The tickets it lists for the viewer.", resolver=resolve
    )


async def _counts(request: Request, views: Sequence[Any], max: int = DEFAULT_COUNT) -> Sequence[Count]:
    cap = cap_of(max)
    page, target = page_of(0, None, None, None), registry.by_name["Ticket"]
    picked = zip(views, await _picked(request, views), strict=True)
    plans = [ListPlan(target, _usual(view), page, query) for view, query in picked]
    return [Count(value=min(n, cap), exact=n <= cap) for n in await count_lists(request, plans, cap + 1)]


def count() -> Any:
    """The `count` field: how many tickets each view lists, all views of an answer in one statement."""

    async def resolve(root: Any, info: Info, max: Max = DEFAULT_COUNT) -> Count | None:
        async def load(views: list[Any]) -> Sequence[Count]:
            return await _counts(info.context, views, max)

        found: Count = await info.context.loader(("view counts", max), load, by=row_of).load(root)
        return found

    source = Batched(("sort", "is_descending"), _counts, computed=COMPUTED)
    return declared(
        source,
        description="How many tickets it lists for the viewer, counted when asked and only up to `max`.",
        resolver=resolve,
    )
