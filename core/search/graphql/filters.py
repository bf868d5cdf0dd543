"""A filter of tickets by what they are about or what was said on them."""

from dataclasses import dataclass

from core.kit.context import TicketScope
from core.kit.graph import ExtraFilter, Query, Request, attach_filter
from core.search.asking import read_query
from core.search.queries import MANY, matching
from core.search.subjects import MESSAGE, TICKET
from core.tickets.queries import reads_notes

NEWEST = 20_000
"""So many tickets, and messages, that have a frequent word are looked at for who sees all of them: more would have to
be read and put in order."""


@dataclass(frozen=True, slots=True)
class _Sought:
    """A text, and whether very many tickets or messages match it."""

    text: str
    is_frequent: bool


async def _seek(request: Request, text: str) -> _Sought:
    viewer = request.viewer
    found = await matching(viewer, read_query(text, viewer.tenant_id), (TICKET, MESSAGE), MANY)
    return _Sought(text, max(found.values()) >= MANY)


def _about(given: str | _Sought, alias: str, query: Query) -> str:
    """Titles and numbers that match, and messages that the viewer may read: who sees a ticket is asked already. What is
    frequent is looked for in one ticket after the other, as the list has them, by those who do not see all: soon there
    are enough, or theirs are few."""
    assert query.viewer is not None, "a filter is compiled for somebody"
    sought = given if isinstance(given, _Sought) else _Sought(str(given), is_frequent=True)
    question = query.value(read_query(sought.text, query.viewer.tenant_id).question())
    match = f"f.words @@ {question}::tsquery"
    public = (
        ""
        if reads_notes(query.viewer)
        else " and exists (select 1 from messages fm where fm.tenant_id = f.tenant_id and fm.id = f.id"
        " and fm.visibility = 'PUBLIC')"
    )
    sees_all = query.viewer.scope is TicketScope.ALL
    if query.of_one or (sought is given and sought.is_frequent and not sees_all):
        # Not to be made a join of, which is what the offset is for.
        return (
            "(exists (select 1 from ticket_words f where f.tenant_id = :tenant"
            f" and f.id = {alias}.id and {match} offset 0) or exists (select 1 from message_words f"
            f" where f.tenant_id = :tenant and f.ticket_id = {alias}.id and {match}{public} offset 0))"
        )
    # Where nobody has counted, a word may be frequent for all who see much.
    is_bounded = sought.is_frequent and (sees_all or query.viewer.scope is TicketScope.GROUP)
    bound = f" order by f.id desc limit {NEWEST}" if is_bounded else ""
    return (
        f"{alias}.id in ((select f.id from ticket_words f where f.tenant_id = :tenant and {match}{bound})"
        f" union all (select f.ticket_id from message_words f where f.tenant_id = :tenant and {match}{public}{bound}))"
    )


attach_filter(
    "Ticket",
    "text",
    ExtraFilter(
        str,
        "On its title, number, external id and messages, as `search` finds them: of very many the newest.",
        _about,
        prepare=_seek,
    ),
)
