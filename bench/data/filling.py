"""Fills a tenant by statements that PostgreSQL makes its own rows with: a million tickets take minutes.

Nothing is random: what a row is like follows from its number, so every run measures the same data.
"""

import time
from uuid import UUID

import asyncpg

CHUNK = 50_000
_DAYS = 365

_PICK = """
create or replace function pg_temp.pick(n bigint, salt int, below int) returns int language sql immutable as
$$ select ((hashint8extended(n, salt) & 1073741823) % below)::int $$
"""

_SURROUNDINGS = [
    """
    insert into groups (id, tenant_id, created_at, updated_at, version, name, description, is_active)
    select uuidv7(interval '-365 days'), :tenant, now(), now(), 1, 'Group ' || n, '', true from generate_series(1, 12) n
    """,
    """
    insert into memberships (id, tenant_id, created_at, group_id, user_id, is_leader, is_preferred)
    select uuidv7(), :tenant, now(), g.id, u.id, false, false
    from (select id, name, row_number() over (order by id) as place from users
      where tenant_id = :tenant and name like 'Agent %') u
    join (select id, row_number() over (order by id) as place from groups where tenant_id = :tenant) g
      on (g.place - u.place) % 12 in (0, 4, 8, -4, -8)
    """,
    """
    insert into tags (id, tenant_id, created_at, updated_at, version, name, name_key)
    select uuidv7(interval '-365 days'), :tenant, now(), now(), 1, 'tag ' || n, 'tag ' || n
    from generate_series(1, 30) n
    """,
    """
    insert into organizations (id, tenant_id, created_at, updated_at, version, name, shares_tickets, custom)
    select uuidv7(interval '-365 days'), :tenant, now(), now(), 1, 'Company ' || n, n % 2 = 0, '{}'
    from generate_series(1, 500) n
    """,
    """
    insert into field_definitions (id, tenant_id, created_at, updated_at, version, object, key, label, labels, kind,
      is_required, customer_access, is_active, position)
    select uuidv7(), :tenant, now(), now(), 1, 'TICKET', f.key, f.label, '{}', f.kind, false, 'EDIT', true, f.position
    from (values ('order_no', 'Order', 'TEXT', 1), ('amount', 'Amount', 'NUMBER', 2), ('product', 'Product', 'SELECT', 3),
      ('is_warranty', 'Warranty', 'BOOLEAN', 4)) f(key, label, kind, position)
    """,
    """
    insert into options (id, tenant_id, created_at, updated_at, version, list, field_id, key, label, labels, position,
      is_default, is_active)
    select uuidv7(), :tenant, now(), now(), 1, 'FIELD', f.id, 'p' || n, 'Product ' || n, '{}', n, false, true
    from generate_series(1, 8) n, field_definitions f where f.tenant_id = :tenant and f.key = 'product'
    """,
    """
    insert into users (id, tenant_id, created_at, updated_at, version, kind, name, email, email_key, status, is_founder,
      organization_id, custom)
    select uuidv7(interval '-365 days'), :tenant, now(), now(), 1, 'CUSTOMER', 'Customer ' || n, 'c' || n || '@bench.example',
      'c' || n || '@bench.example', 'ACTIVE', false, o.id, '{}'
    from generate_series(1, :customers) n
    join (select id, row_number() over (order by id) as place from organizations where tenant_id = :tenant) o
      on o.place = n % 500 + 1
    """,
]
"""Twelve groups, each agent in three; 30 tags; 500 organisations, every second one sharing its tickets; four custom
fields; customers."""

_PLACES = """
create temp table people as select id, organization_id, row_number() over (order by id) - 1 as place
  from users where tenant_id = :tenant and kind = 'CUSTOMER';
create temp table agents as select id, row_number() over (order by id) - 1 as place
  from users where tenant_id = :tenant and name like 'Agent %';
create temp table teams as select id, row_number() over (order by id) - 1 as place from groups where tenant_id = :tenant;
create temp table marks as select id, row_number() over (order by id) - 1 as place from tags where tenant_id = :tenant;
create temp table urgencies as select id, position, row_number() over (order by position) - 1 as place
  from options where tenant_id = :tenant and list = 'PRIORITY';
create temp table kinds as select id, category from statuses where tenant_id = :tenant;
analyze people; analyze agents; analyze teams; analyze marks;
create unique index on people (place)
"""

_MADE = """
create temp table made as
select n as number, moment, least(moment + make_interval(secs => pg_temp.pick(n, 1, 1700000)), now()) as touched,
  uuidv7(moment - now()) as id, uuidv7(moment - now()) as first_id, uuidv7(moment - now()) as last_id,
  pg_temp.pick(n, 2, 100) as fate,
  case when pg_temp.pick(n, 3, 1000) < 10 then 'DELETED' when pg_temp.pick(n, 3, 1000) < 13 then 'SUSPENDED'
    else 'ACTIVE' end as state
from (select n, now() - interval '365 days' + (n::float8 / :tickets) * interval '364 days' as moment
  from generate_series(:low::bigint, :high::bigint) n) x
"""

_ROWS = [
    """
    insert into tickets (id, tenant_id, created_at, updated_at, version, public_updated_at, public_version, number, title,
      state, deleted_at, status_id, status_category, priority_id, priority_position, requester_id, creator_id, group_id,
      assignee_id, organization_id, source, last_message_id, custom)
    select m.id, :tenant, m.moment, m.touched, 1, m.touched, 1, m.number,
      'Ticket ' || m.number || ' 打印机卡纸 about the printer on floor ' || m.number % 40, m.state,
      case when m.state = 'DELETED' then m.touched end, k.id, k.category, u.id, u.position, p.id, p.id,
      case when m.fate >= 1 then t.id end, case when m.fate >= 3 then a.id end, p.organization_id, 'EMAIL', m.last_id,
      jsonb_build_object('order_no', 'A-' || m.number, 'amount', pg_temp.pick(m.number, 4, 100000) / 100.0,
        'product', jsonb_build_array('p' || pg_temp.pick(m.number, 5, 8) + 1), 'is_warranty', m.number % 3 = 0)
    from made m
    join people p on p.place = pg_temp.pick(m.number, 6, :customers)
    join agents a on a.place = pg_temp.pick(m.number, 7, 20)
    join teams t on t.place = pg_temp.pick(m.number, 8, 12)
    join urgencies u on u.place = pg_temp.pick(m.number, 9, 4)
    join kinds k on k.category = case when m.fate < 3 then 'NEW' when m.fate < 8 then 'OPEN' when m.fate < 13 then 'PENDING'
      when m.fate < 20 then 'SOLVED' else 'CLOSED' end
    """,
    """
    insert into messages (id, tenant_id, created_at, ticket_id, author_id, sender, medium, visibility, body_text, body_html)
    select x.id, :tenant, m.moment, m.id, x.author, x.sender, 'EMAIL', 'PUBLIC', x.body, x.body
    from made m
    join people p on p.place = pg_temp.pick(m.number, 6, :customers)
    join agents a on a.place = pg_temp.pick(m.number, 7, 20)
    cross join lateral (values
      (m.first_id, p.id, 'CUSTOMER', 'Hello, this is the text of ticket ' || m.number || '. It goes on for a line. 谢谢！'),
      (m.last_id, a.id, 'AGENT', 'Thank you for writing about ' || m.number || '. We look at it and call you. 您好！')
    ) x(id, author, sender, body)
    """,
    """
    insert into ticket_tags (id, tenant_id, created_at, ticket_id, tag_id)
    select uuidv7(), :tenant, m.moment, m.id, g.id
    from made m cross join generate_series(1, pg_temp.pick(m.number, 10, 4)) n
    join marks g on g.place = (pg_temp.pick(m.number, 11, 30) + n * 7) % 30
    """,
    """
    insert into watches (id, tenant_id, created_at, ticket_id, user_id, kind)
    select uuidv7(), :tenant, m.moment, m.id, a.id, case when m.number % 100 = 0 then 'STAR' else 'CC' end
    from made m join agents a on a.place = pg_temp.pick(m.number, 12, 20) where m.number % 50 = 0
    """,
    """
    insert into assignments (id, tenant_id, created_at, ticket_id, how, by_id, from_user_id)
    select uuidv7(), :tenant, m.moment, m.id, 'TRANSFER', a.id, a.id
    from made m join agents a on a.place = pg_temp.pick(m.number, 13, 20) where m.number % 25 = 0
    """,
    """
    insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, actor_id, via)
    select x.id, :tenant, m.moment, x.id, x.type, 'ticket', m.id, x.changes, x.actor, 'email'
    from made m
    join people p on p.place = pg_temp.pick(m.number, 6, :customers)
    join agents a on a.place = pg_temp.pick(m.number, 7, 20)
    cross join lateral (values
      (uuidv7(m.moment - now()), 'ticket.created', '{}'::jsonb, p.id),
      (uuidv7(m.moment - now()), 'message.added', '{"visibility": "PUBLIC"}'::jsonb, a.id)
    ) x(id, type, changes, actor)
    """,
]
"""By number: four fifths of the tickets are closed, 3 in 100 new and without agent, one of them without group, 1
deleted, 0.3 suspended; a message from each side; up to three tags; every fiftieth watched, and every
twenty-fifth handed on."""


async def fill(owner: asyncpg.Connection, tenant_id: UUID, tickets: int) -> None:
    """Write everything, as the tables' owner. Says how far it is. On an error some of it may be there."""
    customers = max(5_000, tickets // 20)
    # Triggers would check a dozen foreign keys for each ticket, and tell of events that nobody waits for.
    await owner.execute("set session_replication_role = replica; set synchronous_commit = off")
    await owner.execute(_PICK)

    def told(text: str, **more: int) -> str:
        """Temporary tables take no parameters; the values are our own numbers and a key."""
        for name, value in {"tickets": tickets, "customers": customers, **more}.items():
            text = text.replace(f":{name}", str(value))
        return text.replace(":tenant", f"'{tenant_id}'::uuid")

    for statement in [*_SURROUNDINGS, _PLACES]:
        await owner.execute(told(statement))
    begin = time.monotonic()
    for low in range(1, tickets + 1, CHUNK):
        high = min(low + CHUNK - 1, tickets)
        await owner.execute(told(_MADE, low=low, high=high))
        for statement in _ROWS:
            await owner.execute(told(statement))
        await owner.execute("drop table made")
        print(f"  {high:>9,} tickets, {time.monotonic() - begin:.0f} s", flush=True)
    await owner.execute("update ticket_counters set value = $1 where tenant_id = $2", tickets, tenant_id)
    await owner.execute("drop table people, agents, teams, marks, urgencies, kinds")
    await owner.execute("reset session_replication_role; reset synchronous_commit")
    await owner.execute("vacuum (analyze)")
