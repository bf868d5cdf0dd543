"""Our own kinds of migration step: the roles that serve requests, and the fence around a tenant's table."""

from collections.abc import Mapping, Sequence
from typing import Any

from tortoise.migrations.operations import RunSQL

from core.kit.database.presuming import CHANGED

APP_ROLE = "deskgraph_app"
SYSTEM_ROLE = "deskgraph_system"

_ROLES = """
do $$
declare
  wanted text;
  -- Since PostgreSQL 16 whoever makes a role is a member of it, but may not take it on before it is granted.
  needed text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  foreach wanted in array array['{app}', '{system}'] loop
    -- Asked first: where an administrator made the roles, this user may not even try.
    if not exists (select from pg_roles where rolname = wanted) then
      begin
        execute format('create role %I nologin nobypassrls', wanted);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    if not pg_has_role(current_user, wanted, needed) then
      execute format('grant %I to %I', wanted, current_user);
    end if;
    execute format('grant usage on schema public to %I', wanted);
  end loop;
end $$
"""


_LEAKPROOF = """
do $$ begin
  alter function pg_catalog.{function} leakproof;
exception when insufficient_privilege then
  raise notice '{function} stays as it is: {whose} will not use their index';
end $$
"""
_CONTAINMENT = _LEAKPROOF.format(function="jsonb_contains(jsonb, jsonb)", whose="filters on custom fields")
_MATCHING = _LEAKPROOF.format(function="ts_match_vq(tsvector, tsquery)", whose="searches")


class ServingRoles(RunSQL):
    """The two roles that requests run as. Neither owns a table, so row-level security binds both.

    Behind row-level security PostgreSQL looks up an index only by functions marked leakproof, and containment of JSON,
    by which custom fields are filtered, is not, though it tells nothing of its arguments but its result: it raises no
    error that depends on them. So it is marked, which takes a superuser: a rare value among 500,000 tickets of five
    tenants is found in 2 ms instead of 320 ms. Elsewhere (managed servers) such filters are
    as right and read the tenant's rows through its other indexes; an administrator may mark it at any time, and must
    do so again in a database restored from a dump.
    """

    def __init__(self) -> None:
        super().__init__([_ROLES.format(app=APP_ROLE, system=SYSTEM_ROLE), _CONTAINMENT], RunSQL.noop)


class TenantKeys(RunSQL):
    """`(tenant_id, id)` as a key of each table, for the fences' foreign keys to point at."""

    def __init__(self, *tables: str) -> None:
        steps: list[Any] = []
        for table in tables:
            steps.append(f'alter table "{table}" add constraint "{table}_tenant_key" unique (tenant_id, id)')
            steps.append(
                f'alter table "{table}" add constraint "{table}_tenant"'
                " foreign key (tenant_id) references tenants (id)"
            )
        super().__init__(steps, RunSQL.noop)


class TenantFence(RunSQL):
    """Layers 3 and 4 of isolation around one table: composite foreign keys `(tenant_id, column)` and row-level
    security. A plain foreign key would let a row of another tenant in, since its check bypasses row-level security."""

    def __init__(
        self,
        table: str,
        references: Mapping[str, str],
        *,
        app: str = "select, insert, update, delete",
        system: str = "select, insert, update, delete",
        cascades: bool = False,
    ) -> None:
        """`cascades`: rows go with what they name, whoever deletes that."""
        self.table = table
        self.references = dict(references)
        self.app, self.system = app, system
        self.cascades = " on delete cascade" if cascades else ""
        super().__init__(self._foreign_keys() + self._row_security(), RunSQL.noop)

    def _foreign_keys(self) -> list[str]:
        # Deferrable: a ticket and its first message name each other.
        return [
            f'alter table "{self.table}" add constraint "{self.table}_{column}" foreign key (tenant_id, {column})'
            f' references "{target}" (tenant_id, id){self.cascades} deferrable initially deferred'
            for column, target in self.references.items()
        ]

    def _row_security(self) -> list[str]:
        mine = "tenant_id = nullif(current_setting('app.tenant', true), '')::uuid"
        return [
            f'alter table "{self.table}" enable row level security',
            f'create policy tenant_rows on "{self.table}" to {APP_ROLE} using ({mine}) with check ({mine})',
            f'create policy all_rows on "{self.table}" to {SYSTEM_ROLE} using (true) with check (true)',
            f'grant {self.app} on "{self.table}" to {APP_ROLE}',
            f'grant {self.system} on "{self.table}" to {SYSTEM_ROLE}',
        ]


class SharedTable(RunSQL):
    """Grants on a table that belongs to no tenant. The serving role may have none."""

    def __init__(self, table: str, *, app: str, system: str) -> None:
        grants: list[Any] = [f'grant {system} on "{table}" to {SYSTEM_ROLE}']
        if app:
            grants.append(f'grant {app} on "{table}" to {APP_ROLE}')
        super().__init__(grants, RunSQL.noop)


class Unlogged(RunSQL):
    """A table that is not written ahead: quick, and empty after a crash of the server. For what nobody would miss."""

    def __init__(self, table: str) -> None:
        super().__init__([f'alter table "{table}" set unlogged'], RunSQL.noop)


class WakeUp(RunSQL):
    """`wake(channel, payload)` tells those who listen, at the commit. To a session that passes wake-ups on by itself it
    hands them back, as notices: see `core/kit/database/wakes.py`."""

    def __init__(self) -> None:
        steps: list[Any] = [
            """
            create function wake(channel text, payload text) returns void language plpgsql as $$
            begin
              if current_setting('app.wakes', true) = 'returned' then
                raise notice using errcode = 'DG001', message = payload, detail = channel;
              else
                perform pg_notify(channel, payload);
              end if;
            end $$
            """,
        ]
        super().__init__(steps, RunSQL.noop)


class EventStream(RunSQL):
    """Events in the order of their transactions, with a wake-up for those who wait for them.

    `event_horizon()` is the oldest transaction that is still open: below it nothing is ever added. `event_shift()` is
    0, and more in a database that was restored into a cluster whose transactions count from lower numbers.
    """

    def __init__(self) -> None:
        steps: list[Any] = [
            "create function event_shift() returns bigint language sql immutable parallel safe as 'select 0::bigint'",
            "create function event_xid() returns bigint language sql volatile as"
            " 'select pg_current_xact_id()::text::bigint + event_shift()'",
            "create function event_horizon() returns bigint language sql stable parallel restricted as"
            " 'select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + event_shift()'",
            "alter table events add column xid bigint not null default event_xid()",
            "create index events_stream on events (tenant_id, xid, id)",
            "create index events_stream_of_all on events (xid, id)",
            """
            create function tell_of_events() returns trigger language plpgsql as $$
            begin
              perform wake('deskgraph_events', x.tenant_id::text)
              from (select distinct tenant_id from written) x;
              return null;
            end $$
            """,
            "create trigger tell_of_events after insert on events referencing new table as written"
            " for each statement execute function tell_of_events()",
        ]
        super().__init__(steps, RunSQL.noop)


class DefinitionsVersion(RunSQL):
    """Gives a tenant a new version of what it defines with every change of these tables, in the same transaction. It
    comes from a sequence: a version that was rolled back never comes again with other definitions."""

    def __init__(self, *tables: str) -> None:
        steps: list[Any] = [
            "alter table tenants alter definitions_version set default 1",
            "create sequence definitions_versions start 2",
            f"grant usage on sequence definitions_versions to {APP_ROLE}, {SYSTEM_ROLE}",
            """
            create function raise_definitions_version() returns trigger language plpgsql as $$
            begin
              update tenants set definitions_version = nextval('definitions_versions')
              where id in (select distinct tenant_id from changed);
              return null;
            end $$
            """,
        ]
        for table in tables:
            for act, rows in (("insert", "new"), ("update", "new"), ("delete", "old")):
                steps.append(
                    f"create trigger raise_definitions_version_{act} after {act} on {table} referencing {rows} table"
                    " as changed for each statement execute function raise_definitions_version()"
                )
        super().__init__(steps, RunSQL.noop)


TENANT = ("slug", "status", "locale", "time_zone")
"""Of a tenant itself, what viewers are told."""


def _other(columns: Sequence[str]) -> str:
    """In a trigger: whether one of these columns has changed."""
    old, new = (", ".join(f"{row}.{name}" for name in columns) for row in ("old", "new"))
    return f"({old}) is distinct from ({new})"


class RightsVersion(RunSQL):
    """Gives a tenant a new version of who may do what with every change of these columns, and every row that comes or
    goes, in the same transaction. New users, roles and tokens change nobody's rights, and neither do tokens that were
    over when they go; so importing and signing in, which are frequent, raise nothing. It comes from a sequence, as that
    of definitions.

    It is raised at the commit, once in a transaction: the tenant's row is what all changes of rights have in common,
    and whoever locked it earlier would hold up everybody who signs out, or wait for one who waits for them. What
    viewers are told of the tenant itself is of the same version.

    `tell_tenant` binds a connection to a tenant, and refuses where its rights have another version than presumed."""

    def __init__(self, columns: Mapping[str, Sequence[str]]) -> None:
        self.columns = columns
        steps: list[Any] = [
            "alter table tenants alter rights_version set default 1",
            "create sequence rights_versions start 2",
            f"grant usage on sequence rights_versions to {APP_ROLE}, {SYSTEM_ROLE}",
            """
            create function raise_rights_version() returns trigger language plpgsql as $$
            declare
              concerned uuid := coalesce(new.tenant_id, old.tenant_id);
            begin
              if current_setting('app.rights_raised', true) is distinct from concerned::text then
                update tenants set rights_version = nextval('rights_versions') where id = concerned;
                perform set_config('app.rights_raised', concerned::text, true);
              end if;
              return null;
            end $$
            """,
            """
            create function renew_rights_version() returns trigger language plpgsql as $$
            begin
              new.rights_version := nextval('rights_versions');
              return new;
            end $$
            """,
            f"create trigger renew_rights_version before update on tenants for each row when ({_other(TENANT)})"
            " execute function renew_rights_version()",
            f"""
            create function tell_tenant(tenant uuid, presumed bigint) returns void language plpgsql as $$
            begin
              perform set_config('app.tenant', tenant::text, false);
              if presumed is distinct from (select rights_version from tenants where id = tenant) then
                raise exception 'the rights of this tenant have changed' using errcode = '{CHANGED}';
              end if;
            end $$
            """,
        ]
        for table, names in columns.items():
            changes = {"update": f"when ({_other(names)})", "delete": ""}
            if table == "tokens":
                changes["delete"] = "when (old.revoked_at is null and coalesce(old.expires_at > now(), true))"
            if table not in ("tokens", "users", "roles"):
                changes["insert"] = ""
            steps += [
                f"create constraint trigger raise_rights_version_{act} after {act} on {table} deferrable"
                f" initially deferred for each row {condition} execute function raise_rights_version()"
                for act, condition in changes.items()
            ]
        super().__init__(steps, RunSQL.noop)


class JobWakeUp(RunSQL):
    """Workers are told of new jobs at the commit that asks for them. What is left out of an insert has its usual value,
    so that SQL that writes jobs names only what it knows."""

    def __init__(self) -> None:
        steps: list[Any] = [
            "alter table jobs alter forgiven set default 0, alter is_requested set default false,"
            " alter done set default 0, alter tentative set default 0, alter failed set default 0,"
            " alter is_rolled_back set default false",
            """
            create function tell_of_jobs() returns trigger language plpgsql as $$
            begin
              perform wake('deskgraph_jobs', '');
              return null;
            end $$
            """,
            "create trigger tell_of_jobs after insert on jobs for each statement execute function tell_of_jobs()",
        ]
        super().__init__(steps, RunSQL.noop)


class JobChanges(RunSQL):
    """Whoever waits for a job is told, at the commit, that it has changed. Only of jobs that somebody asked for: the
    others are many, and waited for by hardly anybody."""

    def __init__(self) -> None:
        shown = "state, {r}.done, {r}.tentative, {r}.failed, {r}.is_rolled_back, {r}.cancel_asked_at"
        before, after = (f"({r}.{shown.format(r=r)})" for r in ("old", "new"))
        steps: list[Any] = [
            """
            create function tell_of_job_change() returns trigger language plpgsql as $$
            begin
              perform wake('deskgraph_job_changes', new.id::text);
              return null;
            end $$
            """,
            "create trigger tell_of_job_change after update on jobs for each row"
            f" when (new.is_requested and {before} is distinct from {after}) execute function tell_of_job_change()",
        ]
        super().__init__(steps, RunSQL.noop)


class JobLists(RunSQL):
    """Jobs are listed by the state that people see, which several stored ones are."""

    def __init__(self) -> None:
        shown = (
            "case state when 'done' then 'DONE' when 'parked' then 'PARKED' when 'cancelled' then 'CANCELLED'"
            " when 'leased' then 'RUNNING' else 'WAITING' end"
        )
        steps: list[Any] = [
            f"create index jobs_shown_state on jobs (tenant_id, ({shown}), id)",
        ]
        super().__init__(steps, RunSQL.noop)


class TicketLists(RunSQL):
    """Lists of few among many: what is not worked on, what nobody has, what is due, what agents have to do. Their
    indexes hold those tickets alone, so that the others are written without them."""

    def __init__(self) -> None:
        steps: list[Any] = [
            "create index tickets_apart on tickets (tenant_id, state, updated_at, id) where state <> 'ACTIVE'",
            "create index tickets_unassigned on tickets (tenant_id, updated_at, id) where assignee_id is null",
            # What is written by SQL that knows nothing of releases was never released.
            "alter table tickets alter release_count set default 0",
            # and has its status since it was written.
            "alter table tickets alter status_at set default now()",
            "create index tickets_due on tickets (tenant_id, due_at, id) where due_at is not null",
            "create index tickets_waiting on tickets (tenant_id, group_id, waiting_since, id)"
            " where waiting_since is not null",
            "create index tickets_remind on tickets (tenant_id, remind_at, id) where remind_at is not null",
            "create index tickets_callback on tickets (tenant_id, callback_at, id) where callback_at is not null",
            "create index tickets_load on tickets (tenant_id, assignee_id, group_id)"
            " where state = 'ACTIVE' and status_category in ('NEW', 'OPEN', 'PENDING') and assignee_id is not null",
            # Groups that are written by SQL which knows nothing of routing route nothing.
            "alter table groups alter routing set default 'MANUAL'",
        ]
        super().__init__(steps, RunSQL.noop)


class SearchWords(RunSQL):
    """The words that things are found by, and the index of them. All words begin with a tag of their tenant, so that an
    index holds those of all tenants apart.

    Behind row-level security the index is used only if matching is marked leakproof, as `ServingRoles` says of
    containment: it raises no error that depends on what is matched.
    """

    def __init__(self, *tables: str) -> None:
        steps: list[Any] = [_MATCHING]
        for table in tables:
            steps.append(f"alter table {table} add column words tsvector not null default ''")
            # 300 rather than 100: which words are too frequent for their index is known of three times as many.
            steps.append(f"alter table {table} alter column words set statistics 300")
            steps.append(f"create index {table}_words on {table} using gin (words)")
        super().__init__(steps, RunSQL.noop)


class ScheduleRhythm(RunSQL):
    """A schedule has one rhythm: an expression of cron or an interval."""

    def __init__(self) -> None:
        steps: list[Any] = [
            "alter table schedules add constraint schedules_rhythm"
            " check ((cron is null) <> (every_seconds is null) and every_seconds > 0 is not false)"
        ]
        super().__init__(steps, RunSQL.noop)
