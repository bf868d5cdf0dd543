"""Change people: their own profile, and with the right that of others, their roles, and whether they may sign in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

from core.fields.service import CustomInput, accept_values
from core.identity.details import read_details, taking
from core.identity.errors import (
    AlreadyMergedUser,
    BadStatus,
    FounderUntouchable,
    NotOneself,
    RolesForStaff,
    StillInvited,
    TagsForCustomers,
    TypesForCustomers,
)
from core.identity.models import User
from core.identity.queries import user_sight
from core.identity.rights import (
    MANAGERS,
    Standing,
    check_grantable,
    check_not_above,
    refuse_impersonation,
    standing_of,
)
from core.identity.service.holding import give_roles, roles_held, take_roles
from core.identity.service.seating import hold_seat
from core.identity.service.tokens import revoke_all, stop_impersonations_by
from core.identity.tokens import TokenKind
from core.kit.context import Context, UserKind
from core.kit.errors import Required, VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.tickets.tagging import Tagging, tag

OWN = frozenset({"name", "mobile", "locale", "time_zone"})
"""What everybody may change about themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserPatch:
    """What to change: a member present with None is emptied, one that is absent stays."""

    values: Mapping[str, Any] = field(default_factory=dict)
    custom: tuple[CustomInput, ...] = ()
    role_ids: Sequence[UUID] | None = None
    status: str | None = None
    tags: Tagging = field(default_factory=Tagging)
    expected_version: int | None = None


async def update_user(ctx: Context, user_id: UUID, patch: UserPatch) -> None:
    """Change a user. A patch that changes nothing writes nothing.

    Raises NotFound, VersionConflict, Forbidden, FounderUntouchable, MoreRights, Errors, NotOneself, BadStatus,
    StillInvited, PlanSeatsTaken, RolesForStaff, TagsForCustomers, TypesForCustomers, NotWhileImpersonating.
    """
    user = await standing_of(ctx, user_id, user_sight(ctx.viewer, "u"), "id")
    if user.row["merged_into_id"] is not None:
        raise AlreadyMergedUser(path=("id",), name=user.row["name"])
    if patch.expected_version is not None and user.row["version"] != patch.expected_version:
        raise VersionConflict(current=to_global("usr", user_id))
    _check_rights(ctx, user, patch)
    columns = await _columns(ctx, user, patch)
    links = await _replace_roles(ctx, user, patch.role_ids) if patch.role_ids is not None else {}
    await _write(ctx, user, columns, {**links, **await _tag(ctx, user, patch.tags)})
    if columns.get("status") == "DISABLED":
        await revoke_all(ctx, user_id)
        await stop_impersonations_by(ctx, user_id)


def _check_rights(ctx: Context, user: Standing, patch: UserPatch) -> None:
    oneself = user.id == ctx.viewer.user_id
    # Each custom field says whether customers fill it; of staff they are the desk's to fill.
    own_fields = not patch.custom or not ctx.viewer.is_staff
    only_profile = patch.values.keys() <= OWN and own_fields and not patch.tags
    if not (oneself and only_profile and patch.status is None and patch.role_ids is None):
        ctx.require(MANAGERS[user.kind])
        check_not_above(ctx, user, "id")
    if patch.role_ids is not None:
        ctx.require("agent.manage", path=("roleIds",))
        refuse_impersonation(ctx)
    if user.is_founder and (patch.role_ids is not None or patch.status is not None):
        raise FounderUntouchable(path=("id",))
    # An address is where a new password goes: whoever may change it holds the account. Both are what one signs in by.
    if patch.values.keys() & {"email", "login_name"} or patch.status is not None:
        refuse_impersonation(ctx)
    if patch.status is not None and oneself:
        raise NotOneself(path=("status",))


async def _columns(ctx: Context, user: Standing, patch: UserPatch) -> dict[str, Any]:
    """The columns that really change."""
    row = user.row
    if "customer_type" in patch.values:
        if user.kind is not UserKind.CUSTOMER:
            raise TypesForCustomers(path=("customerType",))
        if patch.values["customer_type"] is None:
            raise Required(path=("customerType",))
    if user.kind is UserKind.AGENT and "email" in patch.values and patch.values["email"] is None:
        raise Required(path=("email",))
    columns = await read_details(ctx, patch.values, own=user.id)
    before = orjson.loads(row["custom"])
    if patch.custom:
        columns["custom"] = await accept_values(ctx, "USER", before, patch.custom, complete=False)
    if patch.status is not None:
        if patch.status not in ("ACTIVE", "DISABLED"):
            raise BadStatus(path=("status",))
        if patch.status == "ACTIVE" and row["status"] == "INVITED":
            raise StillInvited(path=("status",))
        columns["status"] = patch.status
        if user.kind is UserKind.AGENT and (patch.status, row["status"]) == ("ACTIVE", "DISABLED"):
            await hold_seat(ctx, "status")
    known = {**row, "custom": before}
    return {name: value for name, value in columns.items() if known[name] != value}


async def _tag(ctx: Context, user: Standing, tagging: Tagging) -> dict[str, Any]:
    if tagging and user.kind is not UserKind.CUSTOMER:
        raise TagsForCustomers(path=("addTagIds" if tagging.add else "removeTagIds",))
    return await tag(ctx, "user_tags", "user_id", user.id, tagging)


async def _replace_roles(ctx: Context, user: Standing, role_ids: Sequence[UUID]) -> dict[str, Any]:
    if user.kind not in (UserKind.AGENT, UserKind.MACHINE):
        raise RolesForStaff(path=("roleIds",))
    if not role_ids:
        raise Required(path=("roleIds",))
    held = await roles_held(ctx, user.id)
    await check_grantable(ctx, role_ids, held=held)
    wanted = frozenset(role_ids)
    if wanted == held:
        return {}
    await take_roles(ctx, user.id, sorted(held - wanted))
    await give_roles(ctx, user.id, sorted(wanted - held))
    await stop_impersonations_by(ctx, user.id)
    await revoke_all(
        ctx, user.id, kinds=(TokenKind.IMPERSONATION,)
    )  # who acts as them was checked for the old ones
    return {"roles": [sorted(map(str, held)), sorted(map(str, wanted))]}


async def _write(ctx: Context, user: Standing, columns: dict[str, Any], links: dict[str, Any]) -> None:
    if not columns and not links:
        return
    stamped = {**columns, "updated_at": ctx.now(), "version": user.row["version"] + 1}
    async with taking(ctx, columns, user.id):
        await User.filter(id=user.id).update(**stamped)
    changes = {
        name: [user.row[name], value]
        for name, value in columns.items()
        if name not in ("email_key", "login_name_key", "custom")
    }
    if "custom" in columns:
        changes["custom"] = [orjson.loads(user.row["custom"]), columns["custom"]]
    event = {"DISABLED": "user.disabled", "ACTIVE": "user.enabled"}.get(
        columns.get("status", ""), "user.updated"
    )
    await record(ctx, Happening(event, "user", user.id, {**changes, **links}))
    if "email_key" in columns:
        await revoke_all(ctx, user.id, kinds=(TokenKind.RESET, TokenKind.INVITATION))
