"""A filter of tickets by what they are about or what was said on them."""

from core.kit.context import TicketScope
from core.kit.graph import ExtraFilter, Query, attach_filter
from core.search.asking import read_query
from core.tickets.queries import reads_notes

NEWEST = 50_000
"""So many matching tickets, and messages, are looked at for who sees every ticket: of a word that stands everywhere all
would have to be read and put in order. Others see few, which are looked at first."""


def _about(given: str, alias: str, query: Query) -> str:
    """Titles and numbers that match, and messages that the viewer may read: who sees a ticket is asked already."""
    assert query.viewer is not None, "a filter is compiled for somebody"
    question = query.value(read_query(given, query.viewer.tenant_id).question())
    public = (
        ""
        if reads_notes(query.viewer)
        else " and exists (select 1 from messages fm where fm.tenant_id = f.tenant_id and fm.id = f.id"
        " and fm.visibility = 'PUBLIC')"
    )
    if query.of_one:
        match = f"f.words @@ {question}::tsquery"
        return (
            "(exists (select 1 from ticket_words f where f.tenant_id = :tenant"
            f" and f.id = {alias}.id and {match}) or exists (select 1 from message_words f"
            f" where f.tenant_id = :tenant and f.ticket_id = {alias}.id and {match}{public}))"
        )
    bounded = f" order by f.id desc limit {NEWEST}" if query.viewer.scope is TicketScope.ALL else ""
    newest = f"f.words @@ {question}::tsquery{{}}{bounded})"
    return (
        f"{alias}.id in ((select f.id from ticket_words f where f.tenant_id = :tenant and {newest.format('')}"
        f" union all (select f.ticket_id from message_words f where f.tenant_id = :tenant and {newest.format(public)})"
    )


attach_filter(
    "Ticket",
    "text",
    ExtraFilter(
        str,
        "On its title, number, external id and messages, as `search` finds them: of very many the newest.",
        _about,
    ),
)
