"""The operation and security log (B19, G8): every event of the tenant, whatever it was about."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import strawberry

from core.kit.graph import Node, column, listing, lookup, node, one
from core.tickets import queries
from core.tickets.events import subject_id

if TYPE_CHECKING:
    from core.identity.graphql import User

LazyUser = Annotated["User", strawberry.lazy("core.identity.graphql")]


def _subject(stored: str) -> str | None:
    kind, _, key = stored.partition(" ")
    return subject_id(kind, UUID(key))


@node(
    prefix="aud",
    table="events",
    sight=queries.audit_sight,
    # Ids are time-ordered, and an index has them.
    orders={"OCCURRED_AT": ("{t}.id", "uuid")},
    description="An entry of the operation and security log: who did what, and from where (B19, G8).",
)
class AuditEvent(Node):
    type: str = column("What happened, as in `session.created`.", filter="word")
    actor: LazyUser | None = one(
        "actor_id", "Who did it; while one user acts as another, who really acts.", filter=True
    )
    on_behalf_of: LazyUser | None = one("on_behalf_of_id", "Whom the actor was acting as (B19).", filter=True)
    via: str = column("What it came by.")
    ip: str | None = column("The address it came from (G8).")
    user_agent: str | None = column("The program it came from (G8).")
    subject_type: str = column("What kind of thing it was done to, as in `user`.")
    subject_id: strawberry.ID | None = column(
        "The global id of what it was done to, which may be gone since.",
        sql="{t}.subject_type || ' ' || {t}.subject_id",
        decode=_subject,
    )
    reason: str | None = column(
        "Why, where somebody said so: of `impersonation.started` (B19).",
        sql="case when {t}.type = 'impersonation.started' then {t}.changes -> 'reason' ->> 1 end",
    )
    occurred_at: datetime = column("When.", name="created_at")


@strawberry.type
class AuditQuery:
    audit_event = lookup(AuditEvent, "An entry of the operation and security log by its id.")
    audit_events = listing(
        AuditEvent,
        "The operation and security log, newest first; of tickets, those the viewer sees. Needs `event.read`.",
        order=("OCCURRED_AT",),
        descending=True,
        permission="event.read",
    )
