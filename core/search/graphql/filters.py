"""A filter of tickets by what they are about or what was said on them."""

from core.kit.graph import ExtraFilter, Query, attach_filter
from core.search.asking import read_query
from core.tickets.queries import reads_notes


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
    return (
        f"{alias}.id in (select f.id from ticket_words f where f.tenant_id = :tenant and f.words @@ {question}::tsquery"
        " union all select f.ticket_id from message_words f where f.tenant_id = :tenant"
        f" and f.words @@ {question}::tsquery{public})"
    )


attach_filter(
    "Ticket",
    "text",
    ExtraFilter(str, "On its title, number and messages, as `search` finds them.", _about),
)
