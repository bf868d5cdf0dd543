"""The step that turns the table of events into one of monthly partitions, and leaves the means to tend them.

A partition holds the ids of one month (UTC); ids begin with their time. What falls into no month that has one, because
it is older or a clock is wrong, goes to `events_default`. Grants and policies are the parent's: nobody who serves may
touch a partition by its name, and row-level security without a policy would show nothing if they might.
"""

from typing import Any

from tortoise.migrations.operations import RunSQL

from core.migrations.operations import SYSTEM_ROLE

_PARTITIONED = """
do $$
declare
  keys_and_indexes text[];
  remark text := obj_description('public.events'::regclass);
  statement text;
begin
  select array_agg(definition) into keys_and_indexes from (
    select format('alter table public.events add constraint %I %s', conname, pg_get_constraintdef(oid)) as definition
    from pg_constraint where conrelid = 'public.events'::regclass and contype in ('p', 'u')
    union all
    select pg_get_indexdef(x.indexrelid) from pg_index x
    where x.indrelid = 'public.events'::regclass
      and not exists (select from pg_constraint c where c.conindid = x.indexrelid)
  ) found;
  alter table public.events rename to events_whole;
  create table public.events (
    like public.events_whole including defaults including constraints including generated including storage
    including comments
  ) partition by range (id);
  create table public.events_default partition of public.events default;
  alter table public.events_default enable row level security;
  insert into public.events select * from public.events_whole;
  drop table public.events_whole;
  foreach statement in array keys_and_indexes loop execute statement; end loop;
  execute format('comment on table public.events is %L', remark);
end $$
"""

# The table is locked for moments only, and a wait for that is given up before PostgreSQL's search for deadlocks (after
# a second) could choose a request as its victim. Whoever calls tries again later; there are months of time.
_GUARDED = "security definer set search_path = pg_catalog, pg_temp set lock_timeout = '300ms'"

_MAKE = f"""
create function public.make_event_partition(month date) returns boolean language plpgsql {_GUARDED} as $$
declare
  beginning timestamp := date_trunc('month', month);
  following timestamp := beginning + interval '1 month';
  name text := 'events_' || to_char(beginning, 'YYYY_MM');
  low uuid := (lpad(to_hex(extract(epoch from beginning)::bigint * 1000), 12, '0') || repeat('0', 20))::uuid;
  high uuid := (lpad(to_hex(extract(epoch from following)::bigint * 1000), 12, '0') || repeat('0', 20))::uuid;
begin
  if month not between now() - interval '1 month' and now() + interval '2 years' then
    raise exception 'no partition of events is made for %', month;
  end if;
  if to_regclass('public.' || name) is not null then
    return false;
  end if;
  execute format('create table public.%I (like public.events including defaults including constraints'
    ' including storage)', name);
  execute format('alter table public.%I enable row level security', name);
  lock table public.events_default in access exclusive mode;
  execute format('with moved as (delete from public.events_default where id >= %L and id < %L returning *)'
    ' insert into public.%I select * from moved', low, high, name);
  execute format('alter table public.events attach partition public.%I for values from (%L) to (%L)', name, low, high);
  return true;
end $$
"""

_DROP = f"""
create function public.drop_event_partition(kept_from timestamptz) returns text language plpgsql {_GUARDED} as $$
declare
  oldest text;
begin
  select c.relname into oldest
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'public.events'::regclass and c.relname ~ '^events_[0-9]{{4}}_[0-9]{{2}}$'
    and to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month' <= least(kept_from, now()) at time zone 'UTC'
  order by c.relname limit 1;
  if oldest is not null then
    execute format('drop table public.%I', oldest);
  end if;
  return oldest;
end $$
"""

_AHEAD = 3
"""Months beside the present one that the step itself makes."""


class EventPartitions(RunSQL):
    """Makes `events` a table of monthly partitions, with the functions `make_event_partition` and
    `drop_event_partition`. They run as the tables' owner, since whoever serves owns nothing; they touch nothing but
    partitions of `events`, and only the role that looks across tenants may call them."""

    def __init__(self) -> None:
        steps: list[Any] = [_PARTITIONED, _MAKE, _DROP]
        for function in ("make_event_partition(date)", "drop_event_partition(timestamptz)"):
            steps.append(f"revoke all on function public.{function} from public")
            steps.append(f"grant execute on function public.{function} to {SYSTEM_ROLE}")
        steps.append(
            "select public.make_event_partition((date_trunc('month', now() at time zone 'UTC')"
            f" + n * interval '1 month')::date) from generate_series({_AHEAD}, 0, -1) n"
        )
        super().__init__(steps, RunSQL.noop)
