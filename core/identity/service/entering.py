"""Sign in with e-mail and password."""

from datetime import timedelta
from uuid import UUID

from core.identity.addresses import key_of_account
from core.identity.errors import NoHelpdeskHere, WrongCredentials
from core.identity.passwords import LONGEST, verify_password
from core.identity.service import throttling
from core.identity.service.credentials import keep_password, kept_password
from core.identity.service.tokens import Issued, issue
from core.identity.tokens import TokenKind
from core.identity.visitors import Visitor, record_unproven
from core.kit.context import Context, UserKind, acting_for
from core.kit.database import execute, fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.events import Happening, record
from core.signon.queries import is_password_off


async def sign_in(visitor: Visitor, email: str, password: str, *, lifetime: timedelta) -> Issued:
    """Open a session at the tenant where the visitor stands. `email` may be the login name instead (B21).

    Raises NoHelpdeskHere, WrongCredentials, TooManyAttempts. Unknown users, wrong passwords and people who may not
    sign in are answered alike, after the same work. The attempt stays counted and recorded when it is refused.
    """
    tenant_id = visitor.tenant_id
    if tenant_id is None:
        raise NoHelpdeskHere
    account = key_of_account(email)
    with acting_for(tenant_id):
        async with transaction():
            await throttling.count(tenant_id, throttling.SIGN_IN_ACCOUNT, account, visitor.now())
            address = throttling.address_of(visitor.ip)
            await throttling.count(tenant_id, throttling.SIGN_IN_ADDRESS, address, visitor.now())
            user = await _find(tenant_id, account)
        kept = user["secret"] if user else None
        verdict = await verify_password(password, kept)
        fits = verdict.fits and len(password) <= LONGEST
        async with transaction():
            issued = await _open(visitor, user, kept, lifetime, verdict.better) if user and fits else None
            if issued is None:
                await _refuse(visitor, tenant_id, user)
            else:
                await _settle(visitor, tenant_id, account)
    if issued is None:
        raise WrongCredentials
    return issued


async def _find(tenant_id: UUID, account: str) -> Row | None:
    return await fetch_one(
        "select u.id, u.kind, c.secret from users u left join credentials c"
        " on c.tenant_id = u.tenant_id and c.user_id = u.id and c.kind = 'PASSWORD'"
        " where u.tenant_id = :tenant and (u.email_key = :account or u.login_name_key = :account)"
        " and u.status = 'ACTIVE'",
        {"tenant": tenant_id, "account": account.replace("\x00", "")},
    )


async def _open(
    visitor: Visitor, user: Row, kept: str | None, lifetime: timedelta, better: str | None
) -> Issued | None:
    """The session, unless the user was disabled or the password changed while it was compared, or they have to come
    another way. The founder always can: somebody must be able to mend that way."""
    assert visitor.tenant_id is not None
    ctx = visitor.acting_as(visitor.tenant_id, user["id"], UserKind(user["kind"]))
    still = await fetch_one(
        "select status, is_founder from users where tenant_id = :tenant and id = :id for update",
        {"tenant": ctx.tenant_id, "id": user["id"]},
    )
    if still is None or still["status"] != "ACTIVE" or await kept_password(ctx, user["id"]) != kept:
        return None
    if not still["is_founder"] and await is_password_off(ctx.tenant_id, ctx.viewer.kind):
        return None
    if better is not None:
        await keep_password(ctx, user["id"], better)
    return await open_session(ctx, lifetime)


async def open_session(ctx: Context, lifetime: timedelta) -> Issued:
    """A session of the viewer, who has just proven who they are."""
    user_id = ctx.viewer.user_id
    issued = await issue(ctx, user_id, TokenKind.SESSION, expires_at=ctx.now() + lifetime)
    await execute(
        "update users set last_login_at = :now where tenant_id = :tenant and id = :id",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "id": user_id},
    )
    await record(ctx, Happening("session.created", "user", user_id))
    return issued


async def _refuse(visitor: Visitor, tenant_id: UUID, user: Row | None) -> None:
    # What was typed is not written down: it may be a password in the wrong field.
    ctx = visitor.acting_as(tenant_id, user["id"] if user else tenant_id, UserKind.CUSTOMER)
    sort, subject = ("user", user["id"]) if user else ("tenant", tenant_id)
    await record_unproven(ctx, Happening("session.refused", sort, subject))


async def _settle(visitor: Visitor, tenant_id: UUID, account: str) -> None:
    await throttling.forgive(tenant_id, throttling.SIGN_IN_ACCOUNT, account)
    address = throttling.address_of(visitor.ip)
    await throttling.forgive(tenant_id, throttling.SIGN_IN_ADDRESS, address, attempts=1)
