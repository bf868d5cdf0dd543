"""Create, change and delete roles (B9)."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from tortoise.exceptions import IntegrityError

from core.identity.errors import (
    BadRoleKey,
    FounderRoleFixed,
    RoleInUse,
    RoleKeyTaken,
    RoleNameTaken,
    SystemRole,
    UnknownPermission,
)
from core.identity.models import Role
from core.identity.rights import check_rights, refuse_impersonation
from core.identity.roles import FOUNDER_ROLE
from core.kit.context import Context, TicketScope
from core.kit.database import execute, fetch_one, fetch_value, transaction
from core.kit.errors import DomainError, Errors, Required
from core.kit.events import Happening, record
from core.kit.permissions import declared
from core.kit.revising import lock_row
from core.tenants.errors import PlanFixesPermission, PlanFixesScope, PlanMakesNoRoles
from core.tenants.queries import plan_of
from core.tenants.service import check_name

_KEY = re.compile(r"[a-z][a-z0-9_]{1,39}")
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRole:
    """A role to be. Without a key it gets one of its own."""

    name: str
    permissions: Sequence[str]
    ticket_scope: TicketScope
    key: str | None = None


def check_permissions(permissions: Sequence[str], name: str = "permissions") -> list[str]:
    """The permissions sorted and once each. Raises Errors naming each place where there is no such permission."""
    known = declared()
    unknown: list[DomainError] = [
        UnknownPermission(path=(name, str(place)), permission=each[:60])
        for place, each in enumerate(permissions)
        if each not in known
    ]
    if unknown:
        raise Errors(unknown)
    return sorted(set(permissions))


async def create_role(ctx: Context, new: NewRole) -> UUID:
    """Raises Forbidden, Required, TooLong, Errors, BeyondOwnRights, BeyondOwnScope, BadRoleKey, RoleKeyTaken,
    RoleNameTaken, PlanMakesNoRoles."""
    ctx.require("role.manage")
    refuse_impersonation(ctx)
    name = check_name(new.name, "name", limit=_LONGEST_NAME)
    permissions = check_permissions(new.permissions)
    await _check_plan(ctx, None, {})
    check_rights(ctx, permissions, None, "permissions")
    check_rights(ctx, (), new.ticket_scope, "ticketScope")
    role_id = ctx.new_id()
    key = new.key if new.key is not None else f"role_{role_id.hex[-12:]}"
    if not _KEY.fullmatch(key):
        raise BadRoleKey(path=("key",), value=key[:60])
    role = Role(
        id=role_id,
        created_at=ctx.now(),
        updated_at=ctx.now(),
        key=key,
        name=name,
        permissions=permissions,
        ticket_scope=new.ticket_scope.value,
    )
    async with _taking(ctx, role_id, name, key):
        await role.save(force_create=True)
    await record(
        ctx,
        Happening(
            "role.created", "role", role_id, {"name": [None, name], "permissions": [None, permissions]}
        ),
    )
    return role_id


@asynccontextmanager
async def _taking(ctx: Context, role_id: UUID, name: str | None, key: str | None) -> AsyncIterator[None]:
    """Write a role inside. Raises RoleNameTaken, RoleKeyTaken."""
    try:
        async with transaction():
            yield
    except IntegrityError as error:
        found = await fetch_one(
            "select key, name from roles where tenant_id = :tenant and (key = :key or name = :name) and id <> :id"
            " order by key = :key desc limit 1",
            {"tenant": ctx.tenant_id, "key": key, "name": name, "id": role_id},
        )
        if found is None:
            raise
        if found["key"] == key:
            raise RoleKeyTaken(path=("key",), key=key) from error
        raise RoleNameTaken(path=("name",), name=name) from error


async def update_role(
    ctx: Context, role_id: UUID, values: Mapping[str, Any], *, expected_version: int | None = None
) -> None:
    """Change a role's `name`, `permissions` or `ticket_scope`, for all who hold it at once. What is added must be
    one's own. Raises NotFound, VersionConflict, FounderRoleFixed, PlanFixesPermission, PlanFixesScope and what
    `create_role` raises."""
    ctx.require("role.manage")
    refuse_impersonation(ctx)
    role = await lock_row(ctx, "roles", role_id, prefix="rol", expected_version=expected_version)
    if role["key"] == FOUNDER_ROLE and values.keys() & {"permissions", "ticket_scope"}:
        raise FounderRoleFixed(path=("id",))
    before = {**role, "permissions": orjson.loads(role["permissions"])}
    columns = _columns(ctx, before, values)
    if not columns:
        return
    await _check_plan(ctx, before, columns)
    stamped = {**columns, "updated_at": ctx.now(), "version": role["version"] + 1}
    async with _taking(ctx, role_id, columns.get("name"), None):
        await Role.filter(id=role_id).update(**stamped)
    changes = {name: [before[name], value] for name, value in columns.items()}
    await record(ctx, Happening("role.updated", "role", role_id, changes))


def _columns(ctx: Context, before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name, value in values.items():
        if value is None:
            raise Required(path=({"ticket_scope": "ticketScope"}.get(name, name),))
    if "name" in values:
        columns["name"] = check_name(values["name"], "name", limit=_LONGEST_NAME)
    if "permissions" in values:
        columns["permissions"] = check_permissions(values["permissions"])
        check_rights(ctx, set(columns["permissions"]) - set(before["permissions"]), None, "permissions")
    if "ticket_scope" in values and values["ticket_scope"] != before["ticket_scope"]:
        check_rights(ctx, (), TicketScope(values["ticket_scope"]), "ticketScope")
        columns["ticket_scope"] = values["ticket_scope"]
    return {name: value for name, value in columns.items() if before[name] != value}


async def _check_plan(ctx: Context, before: Mapping[str, Any] | None, columns: Mapping[str, Any]) -> None:
    """The one place where the tenant's plan is asked (A8), for a role that is made or changed. Raises PlanMakesNoRoles,
    PlanFixesPermission, PlanFixesScope."""
    plan = await plan_of(ctx.tenant_id)
    if before is None:
        if not plan.makes_roles:
            raise PlanMakesNoRoles(plan=plan.key)
        return
    if "permissions" in columns:
        switched = frozenset(columns["permissions"]) ^ frozenset(before["permissions"])
        if fixed := plan.fixes(switched):
            raise PlanFixesPermission(path=("permissions",), plan=plan.key, permission=fixed[0])
    if "ticket_scope" in columns and not plan.sets_scopes:
        raise PlanFixesScope(path=("ticketScope",), plan=plan.key)


async def delete_role(ctx: Context, role_id: UUID) -> None:
    """Delete a role that nobody holds. Raises NotFound, SystemRole, RoleInUse."""
    ctx.require("role.manage")
    refuse_impersonation(ctx)
    role = await lock_row(ctx, "roles", role_id, prefix="rol")
    if role["is_system"]:
        raise SystemRole(path=("id",))
    values = {"tenant": ctx.tenant_id, "id": role_id}
    holders = await fetch_value(
        "select count(*) from user_roles where tenant_id = :tenant and role_id = :id", values
    )
    if holders:
        raise RoleInUse(path=("id",), count=holders)
    await execute("delete from roles where tenant_id = :tenant and id = :id", values)
    await record(ctx, Happening("role.deleted", "role", role_id, {"name": [role["name"], None]}))
