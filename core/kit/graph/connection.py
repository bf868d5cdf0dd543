"""Lists as the API shows them: Relay connections with `nodes` beside `edges`, and counts that cost little."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Generic, TypeVar

import strawberry

T = TypeVar("T")

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
LARGEST_COUNT = 10_000
DEFAULT_COUNT = 1000


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether more follows after `endCursor`.")
    has_previous_page: bool = strawberry.field(description="Whether something stands before `startCursor`.")
    start_cursor: str | None = strawberry.field(description="The first cursor of this page.")
    end_cursor: str | None = strawberry.field(description="The last cursor of this page.")


@strawberry.type(description="How many there are, counted up to a cap.")
class Count:
    value: int = strawberry.field(description="The number counted, never above the cap asked for.")
    exact: bool = strawberry.field(description="False when the cap was reached: there are at least `value`.")


@strawberry.type(description="One item of a list and its place.")
class Edge(Generic[T]):
    cursor: str = strawberry.field(description="Opaque; pass it to `after` or `before` under the same order.")
    node: T = strawberry.field(description="The item.")


def cap_of(max: int = DEFAULT_COUNT) -> int:
    """How far a `totalCount` of this argument counts."""
    return sorted((1, max, LARGEST_COUNT))[1]


@strawberry.type(description="One page of a list.")
class Connection(Generic[T]):
    edges: list[Edge[T]] = strawberry.field(description="The items with their cursors.")
    nodes: list[T] = strawberry.field(description="The items.")
    page_info: PageInfo = strawberry.field(description="Where this page stands.")
    counter: strawberry.Private[Callable[[int], Awaitable[int]]]

    @strawberry.field(
        description="How many items the whole list has, counted only when asked and only up to `max`."
    )
    async def total_count(
        self,
        max: Annotated[
            int, strawberry.argument(description="Where counting stops; 1 to 10000.")
        ] = DEFAULT_COUNT,
    ) -> Count | None:
        cap = cap_of(max)
        counted = await self.counter(cap + 1)
        return Count(value=min(counted, cap), exact=counted <= cap)
