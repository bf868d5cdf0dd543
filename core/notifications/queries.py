"""Sight of notifications, and the reads that matching and mailing need."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from core.kit.context import Viewer
from core.kit.database import fetch, fetch_value
from core.kit.database.sql import Row
from core.notifications.kinds import DEFAULTS, NotificationKind, Ways

MOST_COUNTED = 1000


def notification_sight(viewer: Viewer, t: str) -> str:
    """One's own only. What a notification speaks of is shown with the sight that one has of it now."""
    return f"{t}.user_id = :me and {t}.in_app"


async def unread_count(viewer: Viewer) -> int:
    """How many of one's notifications are unread, counted to one over `MOST_COUNTED`."""
    found: int = await fetch_value(
        "select count(*) from (select 1 from notifications t where t.tenant_id = :tenant and t.read_at is null"
        f" and ({notification_sight(viewer, 't')}) limit {MOST_COUNTED + 1}) c",
        {**viewer.parameters(), "tenant": viewer.tenant_id},
    )
    return found


async def preferences_of(
    tenant_id: UUID, user_ids: Sequence[UUID]
) -> Mapping[tuple[UUID, NotificationKind], Ways]:
    """How each of these users is to be told of each kind."""
    rows = await fetch(
        "select user_id, kind, in_app, mail from notification_preferences"
        " where tenant_id = :tenant and user_id = any(:users)",
        {"tenant": tenant_id, "users": list(user_ids)},
    )
    chosen: dict[tuple[UUID, NotificationKind], Ways] = {
        (row["user_id"], NotificationKind(row["kind"])): Ways(row["in_app"], row["mail"]) for row in rows
    }
    usual = {(user_id, kind): ways for user_id in user_ids for kind, ways in DEFAULTS.items()}
    return usual | chosen


_EVENTS = """
select e.id, e.type, e.via, coalesce(s.ticket_id, e.subject_id) as ticket_id, s.id as thread_id, e.changes,
  e.actor_id, e.on_behalf_of_id,
  (select u.id from users u where u.tenant_id = e.tenant_id and u.id = coalesce(e.on_behalf_of_id, e.actor_id))
    as shown_actor_id,
  m.id as message_id, m.sender, m.visibility, a.to_user_id, a.to_group_id,
  b.category as category_before, c.category as category_after,
  array(select o.type from events o where o.tenant_id = e.tenant_id and o.subject_id = e.subject_id
    and o.batch_id = e.batch_id and o.id <> e.id) as same_act
from events e
left join side_threads s on e.subject_type = 'side_thread' and s.tenant_id = e.tenant_id and s.id = e.subject_id
left join messages m on e.type = 'message.added' and m.tenant_id = e.tenant_id
  and m.id = (e.changes ->> 'message_id')::uuid
left join lateral (select g.to_user_id, g.to_group_id from assignments g where g.tenant_id = e.tenant_id
  and g.ticket_id = e.subject_id and g.id < e.id order by g.id desc limit 1) a on true
left join statuses b on b.tenant_id = e.tenant_id and b.id = (e.changes -> 'status_id' ->> 0)::uuid
left join statuses c on c.tenant_id = e.tenant_id and c.id = (e.changes -> 'status_id' ->> 1)::uuid
where e.tenant_id = :tenant and e.id = any(:ids) and e.type = any(:types)
  and (e.subject_type = 'ticket' or s.id is not null)
order by e.id
"""


async def events_with_context(tenant_id: UUID, event_ids: Sequence[UUID], types: Sequence[str]) -> list[Row]:
    """Events of tickets and of what is said beside them, with what the rules ask about them: who had the
    ticket then, not who has it by now."""
    return await fetch(_EVENTS, {"tenant": tenant_id, "ids": list(event_ids), "types": list(types)})


_AUDIENCES = """
select distinct on (c.event_id, x.user_id) c.event_id, c.ticket_id, c.kind, x.user_id
from unnest(:events::uuid[], :tickets::uuid[], :kinds::text[], :audiences::text[], :named::uuid[], :ranks::int[])
  c(event_id, ticket_id, kind, audience, named, rank)
cross join lateral (
  select c.named as user_id where c.audience = 'USER'
  union all select m.user_id from memberships m
    where c.audience = 'MEMBERS' and m.tenant_id = :tenant and m.group_id = c.named
  union all select t.assignee_id from tickets t
    where c.audience = 'ASSIGNEE' and t.tenant_id = :tenant and t.id = c.ticket_id
  union all select t.requester_id from tickets t
    where c.audience = 'REQUESTER' and t.tenant_id = :tenant and t.id = c.ticket_id
  union all select p.user_id from side_thread_members p
    where c.audience = 'SIDE' and p.tenant_id = :tenant and p.thread_id = c.named
  union all select w.user_id from watches w
    where c.audience in ('WATCHERS', 'FOLLOWERS') and w.tenant_id = :tenant and w.ticket_id = c.ticket_id
      and (c.audience = 'WATCHERS' or w.kind = 'FOLLOW')
) x
where x.user_id is not null
order by c.event_id, x.user_id, c.rank
"""


async def audiences(tenant_id: UUID, calls: Mapping[str, list[Any]]) -> list[Row]:
    """Whom calls reach: for each event each person once, by the first call that reaches them."""
    return await fetch(_AUDIENCES, {"tenant": tenant_id, **calls})
