"""The pool: customers who were saved for later, and wait for an agent to take them on (D12 to D14).

How often somebody may be given back, and whether they may be taken again, is said by the settings of tickets: a ticket
that is given back gives its requester back, too.
"""

from typing import Any
from uuid import UUID

from core.identity.errors import (
    CannotClaimAgain,
    NobodyClaimed,
    OnlyCustomersPool,
    ReleaseTicketsInstead,
    ResourceClaimed,
    ResourceInvalid,
)
from core.kit.context import Context, UserKind
from core.kit.database import execute, fetch_one, fetch_value
from core.kit.errors import NotFound
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.tickets.queries import name_of

POOLED, CLAIMED, INVALID = "POOLED", "CLAIMED", "INVALID"
_LOCKED = """
select r.*, u.name from resources r join users u on u.tenant_id = r.tenant_id and u.id = r.user_id
where r.tenant_id = :tenant and r.id = :id for update of r
"""
_SETTINGS = "select lets_reclaim, invalid_after_releases from ticket_settings where tenant_id = :tenant"


async def save_resource(ctx: Context, user_id: UUID, *, path: str = "userId") -> UUID:
    """Keep a customer in the pool, and give the key of that. Needs `customer.manage`. Who is in it already stays as
    they are. Raises NotFound, OnlyCustomersPool."""
    ctx.require("customer.manage")
    values = {"tenant": ctx.tenant_id, "user": user_id}
    user = await fetch_one(
        "select name, kind from users where tenant_id = :tenant and id = :user and merged_into_id is null"
        " for key share",
        values,
    )
    if user is None:
        raise NotFound(path=(path,))
    if user["kind"] != UserKind.CUSTOMER:
        raise OnlyCustomersPool(path=(path,), name=user["name"])
    made: UUID | None = await fetch_value(
        "insert into resources (id, tenant_id, created_at, updated_at, version, user_id, state, release_count)"
        " values (:id, :tenant, :now, :now, 1, :user, 'POOLED', 0) on conflict do nothing returning id",
        {**values, "id": ctx.new_id(), "now": ctx.now()},
    )
    if made is not None:
        await record(ctx, Happening("resource.saved", "user", user_id))
        return made
    found: UUID = await fetch_value(
        "select id from resources where tenant_id = :tenant and user_id = :user", values
    )
    return found


async def claim_resource(ctx: Context, resource_id: UUID) -> UUID:
    """Take a customer out of the pool, and give their key. Needs `ticket.claim`. Of two who claim at once, one gets
    them: the other is raised ResourceClaimed, which names the first. Claiming one's own changes nothing. Raises
    ResourceInvalid; CannotClaimAgain where the tenant does not let those who were given back be taken again (D13)."""
    ctx.require("ticket.claim")
    row = await _locked(ctx, resource_id)
    user_id: UUID = row["user_id"]
    if row["state"] == CLAIMED and row["owner_id"] == ctx.viewer.user_id:
        return user_id
    if row["state"] == CLAIMED:
        # Its name is read now: who waited for the lock sees the row's new owner, but what was joined to the old one.
        raise ResourceClaimed(
            current=to_global("res", resource_id),
            path=("id",),
            name=row["name"],
            owner=await name_of(ctx, row["owner_id"]),
        )
    if row["state"] == INVALID:
        raise ResourceInvalid(path=("id",), name=row["name"])
    if row["release_count"] and not (await _settings(ctx))["lets_reclaim"]:
        raise CannotClaimAgain(path=("id",), name=row["name"])
    await _write(ctx, row, state=CLAIMED, owner_id=ctx.viewer.user_id)
    await record(ctx, Happening("resource.claimed", "user", user_id))
    return user_id


async def release_resource(ctx: Context, resource_id: UUID) -> None:
    """Give a customer back to the pool. Needs `ticket.claim` for one's own, `ticket.assign` for others'. Given back too
    often, where the tenant says how often that is, they become invalid (D14). Raises NobodyClaimed;
    ReleaseTicketsInstead where whoever has them works on tickets of theirs."""
    row = await _locked(ctx, resource_id)
    own = row["owner_id"] == ctx.viewer.user_id
    ctx.require("ticket.claim" if own else "ticket.assign")
    if row["state"] != CLAIMED:
        raise NobodyClaimed(path=("id",), name=row["name"])
    busy = await fetch_value(
        "select 1 from tickets where tenant_id = :tenant and requester_id = :user and assignee_id = :owner"
        " and state = 'ACTIVE' and status_category not in ('SOLVED', 'CLOSED') limit 1",
        {"tenant": ctx.tenant_id, "user": row["user_id"], "owner": row["owner_id"]},
    )
    if busy:
        raise ReleaseTicketsInstead(path=("id",), name=row["name"])
    await _give_back(ctx, row, (await _settings(ctx))["invalid_after_releases"])


async def note_release(ctx: Context, user_id: UUID, most: int | None) -> None:
    """A ticket of this customer is given back, in the open transaction: so are they, if they are of the pool and not
    invalid yet. `most` is how often that may be, None for always."""
    row = await fetch_one(
        "select * from resources where tenant_id = :tenant and user_id = :user and state <> 'INVALID' for update",
        {"tenant": ctx.tenant_id, "user": user_id},
    )
    if row is not None:
        await _give_back(ctx, row, most)


async def _give_back(ctx: Context, row: Any, most: int | None) -> None:
    number = row["release_count"] + 1
    state = INVALID if most is not None and number >= most else POOLED
    await _write(ctx, row, state=state, owner_id=None, release_count=number)
    event = "resource.invalidated" if state == INVALID else "resource.released"
    await record(ctx, Happening(event, "user", row["user_id"], {"releases": [number - 1, number]}))


async def _locked(ctx: Context, resource_id: UUID) -> Any:
    row = None
    if ctx.viewer.is_staff:
        row = await fetch_one(_LOCKED, {"tenant": ctx.tenant_id, "id": resource_id})
    if row is None:
        raise NotFound(path=("id",))
    return row


async def _settings(ctx: Context) -> Any:
    return await fetch_one(_SETTINGS, {"tenant": ctx.tenant_id})


async def _write(ctx: Context, row: Any, **values: Any) -> None:
    settings = "".join(f"{name} = :{name}, " for name in values)
    await execute(
        f"update resources set {settings}updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :id",
        {**values, "now": ctx.now(), "tenant": ctx.tenant_id, "id": row["id"]},
    )
