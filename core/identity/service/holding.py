"""Who holds which roles, and who works in which groups from their first day."""

from collections.abc import Sequence
from uuid import UUID

from core.kit.context import Context
from core.kit.database import execute, fetch, insert_rows
from core.kit.errors import DomainError, Errors, NotFound

_LINK = {"id": "uuid", "tenant_id": "uuid", "created_at": "timestamptz", "user_id": "uuid"}


async def roles_held(ctx: Context, user_id: UUID) -> frozenset[UUID]:
    rows = await fetch(
        "select role_id from user_roles where tenant_id = :tenant and user_id = :user",
        {"tenant": ctx.tenant_id, "user": user_id},
    )
    return frozenset(row["role_id"] for row in rows)


async def give_roles(ctx: Context, user_id: UUID, role_ids: Sequence[UUID]) -> None:
    """Add roles. Whether they may be given is the caller's to check."""
    rows = [
        {
            "id": ctx.new_id(),
            "tenant_id": ctx.tenant_id,
            "created_at": ctx.now(),
            "user_id": user_id,
            "role_id": each,
        }
        for each in dict.fromkeys(role_ids)
    ]
    await insert_rows("user_roles", {**_LINK, "role_id": "uuid"}, rows)


async def take_roles(ctx: Context, user_id: UUID, role_ids: Sequence[UUID]) -> None:
    """Take roles away."""
    await execute(
        "delete from user_roles where tenant_id = :tenant and user_id = :user and role_id = any(:roles)",
        {"tenant": ctx.tenant_id, "user": user_id, "roles": list(role_ids)},
    )


async def check_groups(ctx: Context, group_ids: Sequence[UUID]) -> None:
    """The groups are there, and stay until the transaction ends. Raises Errors located at `groupIds.<n>`."""
    rows = await fetch(
        "select id from groups where tenant_id = :tenant and id = any(:ids) and is_active order by id for share",
        {"tenant": ctx.tenant_id, "ids": list(group_ids)},
    )
    found = {row["id"] for row in rows}
    missing: list[DomainError] = [
        NotFound(path=("groupIds", str(place))) for place, each in enumerate(group_ids) if each not in found
    ]
    if missing:
        raise Errors(missing)


async def join_groups(ctx: Context, user_id: UUID, group_ids: Sequence[UUID]) -> None:
    """Put a new agent into groups (B2, B20), which are checked already."""
    members = [
        {
            "id": ctx.new_id(), "tenant_id": ctx.tenant_id, "created_at": ctx.now(), "user_id": user_id,
            "group_id": each, "is_leader": False, "is_preferred": False,
        }
        for each in dict.fromkeys(group_ids)
    ]  # fmt: skip
    types = {**_LINK, "group_id": "uuid", "is_leader": "bool", "is_preferred": "bool"}
    await insert_rows("memberships", types, members)
