"""From events to words: what happened to a thing that is found is looked up as it is by now."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from core.kit.context import current_tenant
from core.kit.database import fetch
from core.search.service.indexing import index
from core.search.subjects import MESSAGE, ORGANIZATION, TICKET, USER
from core.search.words import FORM

INDEX = "search.index"
"""The kind of job that carries events: `{"events": [ids in order]}`."""

WHERE = """(
  e.type like 'message.%' or e.type like 'organization.%' or e.type like 'user.%'
  or (e.type = 'ticket.updated' and e.changes ?| array['title', 'external_id'])
  or (e.type like 'ticket.%'
    and e.type not in ('ticket.updated', 'ticket.tagged', 'ticket.copied', 'ticket.uncopied', 'ticket.purged'))
)"""
"""Of the events `e`, those that may change the words of anything."""

_SUBJECTS = {"ticket": TICKET, "message": MESSAGE, "user": USER, "organization": ORGANIZATION}
_UNSEEN = """
select m.id from messages m left join message_words w on w.tenant_id = m.tenant_id and w.id = m.id
where m.tenant_id = :tenant and m.ticket_id = any(:tickets)
  and (w.form, w.ticket_id) is distinct from (:form, m.ticket_id)
"""


async def index_events(events: Sequence[UUID]) -> None:
    """Bring the words of whatever these events of the current tenant were about up to date."""
    rows = await fetch(
        "select subject_type, subject_id, changes ->> 'message_id' as message_id from events"
        " where tenant_id = :tenant and id = any(:events)",
        {"tenant": current_tenant(), "events": list(events)},
    )
    concerned = _concerned(rows)
    concerned[MESSAGE] |= await _messages_of(concerned[TICKET])
    for subject, keys in concerned.items():
        await index(subject, keys)


def _concerned(rows: Sequence[Any]) -> dict[Any, set[UUID]]:
    found: dict[Any, set[UUID]] = defaultdict(set)
    for row in rows:
        if row["subject_type"] in _SUBJECTS:
            found[_SUBJECTS[row["subject_type"]]].add(row["subject_id"])
        if row["message_id"]:
            found[MESSAGE].add(UUID(row["message_id"]))
    return found


async def _messages_of(tickets: set[UUID]) -> set[UUID]:
    """Messages of these tickets that have no words yet, or those of another ticket: the first message has no event of
    its own, and none tells of every message that moves."""
    values = {"tenant": current_tenant(), "tickets": list(tickets), "form": FORM}
    return {row["id"] for row in await fetch(_UNSEEN, values)} if tickets else set()
