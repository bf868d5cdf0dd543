"""Who may change whom, and who may give what: nobody gains rights by giving them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from core.identity.errors import (
    BeyondOwnRights,
    BeyondOwnScope,
    CouldSignInAsOthers,
    FounderRoleNotGrantable,
    FounderUntouchable,
    MoreRights,
    NotWhileImpersonating,
)
from core.identity.roles import FOUNDER_ROLE, is_wider, widest
from core.kit.context import Context, TicketScope, UserKind
from core.kit.database import fetch, fetch_one
from core.kit.database.sql import Row
from core.kit.errors import DomainError, Errors, NotFound

MANAGERS = {
    UserKind.AGENT: "agent.manage",
    UserKind.CUSTOMER: "customer.manage",
    UserKind.EXTERNAL: "customer.manage",
    UserKind.MACHINE: "token.manage",
}
"""The permission that changing a user of each kind takes."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A user and what they may do, locked until the transaction ends."""

    row: Row
    permissions: frozenset[str]
    scope: TicketScope

    @property
    def id(self) -> UUID:
        found: UUID = self.row["id"]
        return found

    @property
    def kind(self) -> UserKind:
        return UserKind(self.row["kind"])

    @property
    def is_founder(self) -> bool:
        return bool(self.row["is_founder"])


_STANDING = """
select u.*, (select json_agg(json_build_array(r.permissions, r.ticket_scope)) from user_roles x join roles r
    on r.tenant_id = x.tenant_id and r.id = x.role_id where x.tenant_id = u.tenant_id and x.user_id = u.id) as roles
from users u where u.tenant_id = :tenant and u.id = :id and ({sight}) for update of u
"""


async def standing_of(ctx: Context, user_id: UUID, sight: str, *path: str) -> Standing:
    """Lock a user that the viewer sees. Raises NotFound."""
    values = {**ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": user_id}
    row = await fetch_one(_STANDING.format(sight=sight), values)
    if row is None:
        raise NotFound(path=path)
    roles = orjson.loads(row["roles"]) if row["roles"] else []
    held = frozenset[str]().union(*(permissions for permissions, _ in roles))
    return Standing(row, held, widest(scope for _, scope in roles))


def refuse_impersonation(ctx: Context) -> None:
    """Passwords, tokens and rights are changed by people themselves. Raises NotWhileImpersonating."""
    if ctx.viewer.impersonator_id is not None:
        raise NotWhileImpersonating


def check_not_above(ctx: Context, other: Standing, *path: str) -> None:
    """Raises FounderUntouchable, MoreRights: who could change the address of somebody with more rights could take
    those over."""
    if other.is_founder and ctx.viewer.user_id != other.id:
        raise FounderUntouchable(path=path)
    beyond = sorted(other.permissions - ctx.viewer.permissions)
    if beyond:
        raise MoreRights(path=path, permission=beyond[0])
    if other.kind is UserKind.AGENT and is_wider(other.scope, ctx.viewer.scope):
        raise MoreRights(path=path, permission=other.scope.value)


def check_rights(ctx: Context, permissions: Iterable[str], scope: TicketScope | None, *path: str) -> None:
    """What is given must be one's own. Raises BeyondOwnRights, BeyondOwnScope."""
    beyond = sorted(frozenset(permissions) - ctx.viewer.permissions)
    if beyond:
        raise BeyondOwnRights(path=path, permission=beyond[0])
    if scope is not None and is_wider(scope, ctx.viewer.scope):
        raise BeyondOwnScope(path=path, scope=ctx.viewer.scope.value)


async def check_above_all(ctx: Context, *path: str) -> None:
    """The viewer may do whatever any role gives but the founder's, as who could sign in as others needs to. Raises
    CouldSignInAsOthers, which names what is missing."""
    rows = await fetch(
        "select permissions, ticket_scope from roles where tenant_id = :tenant and key is distinct from :founder"
        " order by id",
        {"tenant": ctx.tenant_id, "founder": FOUNDER_ROLE},
    )
    for row in rows:
        scope = TicketScope(row["ticket_scope"])
        beyond = sorted(set(orjson.loads(row["permissions"])) - ctx.viewer.permissions)
        beyond += [scope.value] if is_wider(scope, ctx.viewer.scope) else []
        if beyond:
            raise CouldSignInAsOthers(path=path, permission=beyond[0])


async def check_grantable(ctx: Context, role_ids: Iterable[UUID], *, held: Iterable[UUID] = ()) -> None:
    """Every role is the tenant's and, unless `held` already, one whose rights the viewer holds. Raises Errors
    located at `roleIds.<n>`."""
    wanted, kept = list(role_ids), frozenset(held)
    rows = await fetch(
        "select id, key, permissions, ticket_scope from roles where tenant_id = :tenant and id = any(:ids)"
        " order by id for share",
        {"tenant": ctx.tenant_id, "ids": wanted},
    )
    found = {row["id"]: row for row in rows}
    errors: list[DomainError] = []
    for place, role_id in enumerate(wanted):
        path = ("roleIds", str(place))
        if role_id not in found:
            errors.append(NotFound(path=path))
        elif role_id not in kept:
            errors += _refusals(ctx, found[role_id], path)
    if errors:
        raise Errors(errors)


def _refusals(ctx: Context, role: Any, path: tuple[str, ...]) -> list[DomainError]:
    if role["key"] == FOUNDER_ROLE:
        return [FounderRoleNotGrantable(path=path)]
    try:
        check_rights(ctx, orjson.loads(role["permissions"]), TicketScope(role["ticket_scope"]), *path)
    except DomainError as error:
        return [error]
    return []
