"""Merge a customer into another who is the same person (D9): all that names the first names the other, and the first
leads on to them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import orjson

from core.identity.errors import AlreadyMergedUser, MergedWithOneself, OnlyCustomersMerge
from core.identity.queries import user_sight
from core.identity.rights import Standing, standing_of
from core.identity.service.tokens import revoke_all
from core.kit.context import Context, UserKind
from core.kit.database import TenantModel, execute, fetch, plugin_models, tenant_models
from core.kit.errors import VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global

_STAYS = frozenset({"tokens", "user_words", "users"})
"""Tables that go on naming the customer who was merged: their sessions, which are revoked."""
_GOES = ("credentials", "notification_preferences", "user_words")
"""What of theirs is of no use any more; `user_words` by its key."""
_FILLED = ("login_name", "email", "mobile", "locale", "time_zone", "organization_id", "external_id")
_KINDS = {"email": "EMAIL", "mobile": "PHONE", "external_id": "EXTERNAL"}
_OWN_COPIES = """
delete from watches w using tickets t
where w.tenant_id = :tenant and w.user_id = :into and w.kind = 'CC'
  and t.tenant_id = :tenant and t.id = w.ticket_id and t.requester_id = :into
"""
"""On what is one's own one takes part anyway."""
_CLAIM = """
update resources t set state = s.state, owner_id = s.owner_id, updated_at = :now, version = t.version + 1,
  release_count = greatest(s.release_count, t.release_count)
from resources s
where s.tenant_id = :tenant and s.user_id = :from and s.state = 'CLAIMED'
  and t.tenant_id = :tenant and t.user_id = :into and t.state <> 'CLAIMED'
"""
_IDENTITY = """
insert into user_identities (id, tenant_id, created_at, user_id, kind, value, shown)
values (:id, :tenant, :now, :user, :kind, :value, :shown) on conflict do nothing
"""


async def merge_customer(
    ctx: Context, user_id: UUID, *, into: UUID, expected_version: int | None = None
) -> None:
    """Merge a customer into another. Needs `customer.merge`. Tickets, messages, watches and identities go to the other,
    who keeps what they have and is filled in where they lack something. The first is disabled, their sessions and
    tokens end, and whoever looks them up by id, address or external id finds the other. There is no way back. The
    tickets themselves do not change: they are the same person's. Raises MergedWithOneself, OnlyCustomersMerge,
    AlreadyMergedUser, NotFound, VersionConflict."""
    ctx.require("customer.merge")
    if user_id == into:
        raise MergedWithOneself(path=("intoId",))
    await _lock_tickets(ctx, user_id)
    source, target = await _lock_both(ctx, user_id, into)
    if expected_version is not None and source.row["version"] != expected_version:
        raise VersionConflict(current=to_global("usr", user_id))
    await revoke_all(ctx, source.id)
    await _lead_on(ctx, source, target)
    await _point_to(ctx, source.id, target.id)
    changes = await _fill(ctx, source, target)
    await record(
        ctx,
        Happening("user.merged", "user", source.id, {"into_id": [None, str(target.id)]}),
        Happening("user.absorbed", "user", target.id, {**changes, "user_id": [None, str(source.id)]}),
    )


async def _lock_tickets(ctx: Context, user_id: UUID) -> None:
    """Whoever replies locks the ticket and then the author: so does this, or each would wait for the other."""
    await fetch(
        "select id from tickets where tenant_id = :tenant and (requester_id = :user or creator_id = :user or"
        " initiator_id = :user) order by id for no key update",
        {"tenant": ctx.tenant_id, "user": user_id},
    )


async def _lock_both(ctx: Context, user_id: UUID, into: UUID) -> tuple[Standing, Standing]:
    """Both of them, by key, so that two who merge the same people wait for each other."""
    paths = {user_id: "id", into: "intoId"}
    found = {
        key: await standing_of(ctx, key, user_sight(ctx.viewer, "u"), paths[key]) for key in sorted(paths)
    }
    for key, path in paths.items():
        row = found[key].row
        if found[key].kind is not UserKind.CUSTOMER:
            raise OnlyCustomersMerge(path=(path,), name=row["name"])
        if row["merged_into_id"] is not None:
            raise AlreadyMergedUser(path=(path,), name=row["name"])
    return found[user_id], found[into]


async def _lead_on(ctx: Context, source: Standing, target: Standing) -> None:
    """Make the first a sign that points to the other. Their addresses are free before the other takes them."""
    values = {"tenant": ctx.tenant_id, "from": source.id, "into": target.id, "now": ctx.now()}
    await execute(
        "update users set merged_into_id = :into, status = 'DISABLED', login_name = null,"
        " login_name_key = null, email = null, email_key = null, mobile = null, external_id = null,"
        " updated_at = :now, version = version + 1 where tenant_id = :tenant and id = :from",
        values,
    )
    # So that whoever follows somebody who was merged comes to the end in one step.
    await execute(
        "update users set merged_into_id = :into where tenant_id = :tenant and merged_into_id = :from",
        {name: values[name] for name in ("tenant", "from", "into")},
    )


async def _point_to(ctx: Context, source: UUID, target: UUID) -> None:
    """Whatever names the first names the other from now on, as the models declare it: so a table that is added later is
    not forgotten."""
    values = {"tenant": ctx.tenant_id, "from": source, "into": target}
    # Where both are in the pool, whoever took one of them on has them.
    await execute(_CLAIM, {**values, "now": ctx.now()})
    for table in _GOES:
        column = "id" if table == "user_words" else "user_id"
        await execute(
            f"delete from {table} where tenant_id = :tenant and {column} = :from",
            {"tenant": ctx.tenant_id, "from": source},
        )
    for model in [*tenant_models(), *plugin_models()]:
        if model._meta.db_table not in _STAYS:
            for column, named in model.references.items():
                if named == "users":
                    await _point(model, column, values)
    await execute(_OWN_COPIES, {"tenant": ctx.tenant_id, "into": target})


async def _point(model: type[TenantModel], column: str, values: Mapping[str, object]) -> None:
    table, naming = model._meta.db_table, f"tenant_id = :tenant and {column} = :from"
    rivals = [_same(keys, column) for keys in model._meta.unique_together if column in keys]
    free = "".join(
        f" and not exists (select 1 from {table} o where o.{column} = :into and {same})" for same in rivals
    )
    await execute(
        f"update {table} t set {column} = :into where t.tenant_id = :tenant and t.{column} = :from{free}",
        values,
    )
    if rivals:  # what both have, the other keeps
        await execute(
            f"delete from {table} where {naming}", {name: values[name] for name in ("tenant", "from")}
        )


def _same(keys: tuple[str, ...], column: str) -> str:
    return " and ".join(f"o.{each} = t.{each}" for each in keys if each != column)


async def _fill(ctx: Context, source: Standing, target: Standing) -> dict[str, Any]:
    """Give the other what they lack; what they have already, they are also known by."""
    before, given = target.row, source.row
    filled = {name: given[name] for name in _FILLED if before[name] is None and given[name] is not None}
    for name, kind in _KINDS.items():
        value = given["email_key" if name == "email" else name]
        if value is not None and name not in filled:
            await _know_as(ctx, target.id, kind, value, given[name])
    own, theirs = orjson.loads(before["custom"]), orjson.loads(given["custom"])
    columns = {**filled, "custom": orjson.dumps({**theirs, **own}).decode()}
    for name in ("email", "login_name"):
        if name in filled:
            columns[f"{name}_key"] = given[f"{name}_key"]
    settings = "".join(f"{name} = :{name}, " for name in columns)
    await execute(
        f"update users set {settings}updated_at = :now, version = version + 1 where tenant_id = :tenant and id = :id",
        {**columns, "now": ctx.now(), "tenant": ctx.tenant_id, "id": target.id},
    )
    return {name: [None, value] for name, value in filled.items()}


async def _know_as(ctx: Context, user_id: UUID, kind: str, value: str, shown: str) -> None:
    await execute(
        _IDENTITY,
        {
            "id": ctx.new_id(), "tenant": ctx.tenant_id, "now": ctx.now(), "user": user_id, "kind": kind,
            "value": value, "shown": shown,
        },
    )  # fmt: skip
