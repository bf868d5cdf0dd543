"""Machine users and their API tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from core.identity.errors import AlreadyOver, ScopeBeyondRoles
from core.identity.rights import check_grantable, check_rights, refuse_impersonation
from core.identity.service.adding import NewUser, add_user
from core.identity.service.roles import check_permissions
from core.identity.service.tokens import Issued, issue, lock_token, revoke
from core.identity.tokens import TokenKind
from core.kit.context import Context, UserKind
from core.kit.database import execute, fetch
from core.kit.errors import Errors, Required
from core.kit.events import Happening, record
from core.tenants.service import check_name


@dataclass(frozen=True, slots=True, kw_only=True)
class NewApiToken:
    """A program that is to use the API. `scopes` narrow its roles; None leaves them whole."""

    name: str
    role_ids: tuple[UUID, ...]
    scopes: Sequence[str] | None = None
    expires_at: datetime | None = None


async def create_api_token(ctx: Context, new: NewApiToken) -> Issued:
    """Make a machine user with a token; the secret is in the answer and never again. Needs `token.manage` and every
    right that is given. Raises Forbidden, Required, TooLong, Errors, BeyondOwnRights, AlreadyOver."""
    ctx.require("token.manage")
    refuse_impersonation(ctx)
    name = check_name(new.name, "name")
    if not new.role_ids:
        raise Required(path=("roleIds",))
    scopes = check_permissions(new.scopes, "scopes") if new.scopes is not None else None
    check_rights(ctx, scopes or (), None, "scopes")
    if new.expires_at is not None and new.expires_at <= ctx.now():
        raise AlreadyOver(path=("expiresAt",))
    await check_grantable(ctx, new.role_ids)
    await _check_held(ctx, new.role_ids, new.scopes or ())
    machine = await add_user(ctx, NewUser(kind=UserKind.MACHINE, name=name), role_ids=new.role_ids)
    issued = await issue(ctx, machine.id, TokenKind.API, expires_at=new.expires_at, name=name, scopes=scopes)
    await record(ctx, Happening("token.created", "user", machine.id, {"scopes": [None, scopes]}))
    return issued


async def _check_held(ctx: Context, role_ids: Sequence[UUID], scopes: Sequence[str]) -> None:
    """Raises Errors for scopes that none of the roles allows: a token never holds more than they do."""
    rows = await fetch(
        "select permissions::text as held from roles where tenant_id = :tenant and id = any(:ids)",
        {"tenant": ctx.tenant_id, "ids": list(role_ids)},
    )
    held = {each for row in rows for each in orjson.loads(row["held"])}
    refused = [
        ScopeBeyondRoles(path=("scopes", str(place)), permission=each)
        for place, each in enumerate(scopes)
        if each not in held
    ]
    if refused:
        raise Errors(refused)


async def revoke_api_token(ctx: Context, token_id: UUID) -> None:
    """Revoke an API token at once. A machine left without any is disabled. Raises Forbidden, NotFound."""
    ctx.require("token.manage")
    refuse_impersonation(ctx)
    token = await lock_token(ctx, token_id, (TokenKind.API,))
    await revoke(ctx, token, "token.revoked")
    await execute(
        "update users set status = 'DISABLED', updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :user and kind = 'MACHINE' and not exists (select 1 from tokens t"
        " where t.tenant_id = :tenant and t.user_id = :user and t.kind = 'API' and t.revoked_at is null)",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "user": token["user_id"]},
    )
