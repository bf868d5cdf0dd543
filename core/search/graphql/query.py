"""The list of what is found."""

from hashlib import blake2s
from typing import Annotated, cast

import strawberry

from core.kit.graph import Connection, Info
from core.kit.graph.fields import After, Before, First, Last
from core.kit.graph.paging import Order, connect, page_of, read_cursor, write_cursor
from core.search import queries
from core.search.asking import read_query
from core.search.errors import LONGEST_QUERY, MOST_WORDS
from core.search.graphql.types import SearchHit, SearchType, hit_of, subjects_of

_KINDS = ("number", "number", "uuid")


@strawberry.type
class SearchQuery:
    @strawberry.field(
        description="What matches, the best first, of what the viewer may see, on tickets that are worked on. All "
        "words must stand in one thing: Chinese ones anywhere, others as a word's beginning, in any case or width."
        " Numbers of tickets, addresses and phone numbers are found as people type them. Pages reach the 1000 newest "
        "matches of each type. What changed a moment ago is found a few seconds later."
    )
    async def search(
        self,
        info: Info,
        query: Annotated[
            str,
            strawberry.argument(
                description=f"What to look for: at most {LONGEST_QUERY} characters and {MOST_WORDS} words."
            ),
        ],
        types: Annotated[
            list[SearchType] | None,
            strawberry.argument(
                description="Only these; everything unless told. An empty list finds nothing."
            ),
        ] = None,
        first: First = 20,
        after: After = None,
        last: Last = None,
        before: Before = None,
    ) -> Connection[SearchHit] | None:
        viewer = info.context.viewer
        page = page_of(first, after, last, before)
        asked, subjects = read_query(query, viewer.tenant_id), subjects_of(types)
        order = Order((_print_of(query, types),), descending=True)
        place = cast("queries.Place", tuple(read_cursor(order, page.cursor, _KINDS))) if page.cursor else None
        hits = await queries.search(
            viewer, asked, subjects, beyond=place, backward=page.backward, limit=page.limit
        )

        async def count(cap: int) -> int:
            return await queries.count(viewer, asked, subjects, cap)

        return connect(
            hits, page, lambda hit: write_cursor(order, hit.place), lambda hit: hit_of(hit, asked), count
        )


def _print_of(query: str, types: list[SearchType] | None) -> str:
    """What a cursor is bound to."""
    named = "" if types is None else ",".join(sorted(str(each.value) for each in types))
    return blake2s(f"{query}\n{named}".encode(errors="surrogatepass"), digest_size=8).hexdigest()
