"""What tests of search are given: the worker's part, done at once, and the question."""

from typing import Any
from uuid import UUID

from core.kit.context import acting_for
from core.kit.database import fetch
from core.kit.ids import new_id
from core.kit.jobs import Claimed
from core.search.service import INDEX, WHERE
from core.search.tasks import index_told
from core.testing import Answer, Desk, Person

SEARCH = """query($text: String!, $types: [SearchType!], $first: Int, $after: String,
  $last: Int, $before: String) {
  search(query: $text, types: $types, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor }
    nodes { __typename snippet { text isMatch } ... on TicketHit { ticket { id title } }
      ... on MessageHit { message { id bodyText } } ... on UserHit { user { id name } }
      ... on OrganizationHit { organization { id name } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount { value exact } } }"""
FILTER = "query($text: String!) { tickets(filter: {text: $text}) { nodes { title } } }"


async def index(desk: Desk, events: list[UUID] | None = None) -> None:
    """What the worker does about the desk's events, all of them unless told."""
    with acting_for(desk.tenant_id):
        if events is None:
            rows = await fetch(f"select e.id from events e where {WHERE} order by e.id")
            events = [row["id"] for row in rows]
        payload = {"events": [str(each) for each in events]}
        await index_told(Claimed(new_id(), desk.tenant_id, INDEX, payload, 1))


async def search(person: Person, query: str, **values: Any) -> dict[str, Any]:
    """The connection that somebody's search answers."""
    found: dict[str, Any] = (await person.ask(SEARCH, text=query, **values)).data["search"]
    return found


async def refused(person: Person, query: str, **values: Any) -> Answer:
    """The answer to a search that is refused."""
    return await person.ask(SEARCH, text=query, **values)


async def found(person: Person, query: str, **values: Any) -> list[str]:
    """What somebody finds, the best first: titles, texts and names."""
    connection = await search(person, query, **values)
    assert connection["totalCount"] == {"value": len(connection["nodes"]), "exact": True}
    return [_named(each) for each in connection["nodes"]]


def _named(hit: dict[str, Any]) -> str:
    kind = hit["__typename"].removesuffix("Hit").lower()
    return str(hit[kind][{"ticket": "title", "message": "bodyText"}.get(kind, "name")])


def marked(hit: dict[str, Any]) -> str:
    """A hit's snippet, with its matches in brackets."""
    return "".join(f"[{each['text']}]" if each["isMatch"] else each["text"] for each in hit["snippet"])


async def filtered(person: Person, text: str) -> set[str]:
    """Titles of the tickets that a filter on text lets through."""
    nodes = (await person.ask(FILTER, text=text)).data["tickets"]["nodes"]
    return {each["title"] for each in nodes}
