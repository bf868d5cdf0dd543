"""Change a password, or set a new one by mail. Either ends every other session."""

from datetime import timedelta

from core.identity.addresses import key_of_address
from core.identity.errors import NoHelpdeskHere, WrongPassword
from core.identity.passwords import check_password, hash_password, verify_password
from core.identity.rights import refuse_impersonation
from core.identity.service import throttling
from core.identity.service.credentials import keep_password, kept_password
from core.identity.service.links import Sender, find_link, mail_link, use_link
from core.identity.service.tokens import issue, revoke_all, stop_impersonations_by
from core.identity.tokens import TokenKind
from core.identity.visitors import Visitor, record_unproven
from core.kit.context import Context, UserKind, acting_for
from core.kit.database import fetch_one, transaction
from core.kit.events import Happening, record

RESET_LIFETIME = timedelta(hours=1)
_BY_PASSWORD = (TokenKind.SESSION, TokenKind.IMPERSONATION, TokenKind.RESET)


async def change_password(ctx: Context, current: str, new: str) -> None:
    """Give oneself a new password. Raises WrongPassword, TooManyAttempts, NotWhileImpersonating, and what
    `check_password` raises."""
    refuse_impersonation(ctx)
    user_id = ctx.viewer.user_id
    user = await fetch_one(
        "select name, email from users where tenant_id = :tenant and id = :id",
        {"tenant": ctx.tenant_id, "id": user_id},
    )
    assert user is not None
    check_password(new, (user["name"], user["email"]), "newPassword")
    async with transaction():
        await throttling.count(ctx.tenant_id, throttling.SIGN_IN_ACCOUNT, str(user_id), ctx.now())
    if not (await verify_password(current, await kept_password(ctx, user_id))).fits:
        raise WrongPassword(path=("currentPassword",))
    hashed = await hash_password(new)
    async with transaction():
        await throttling.forgive(ctx.tenant_id, throttling.SIGN_IN_ACCOUNT, str(user_id))
        await keep_password(ctx, user_id, hashed)
        await revoke_all(ctx, user_id, kinds=_BY_PASSWORD, but=ctx.viewer.token_id)
        await stop_impersonations_by(ctx, user_id)
        await record(ctx, Happening("password.changed", "user", user_id))


async def request_reset(visitor: Visitor, email: str, sender: Sender) -> None:
    """Mail a link for a new password to whoever has this address and may sign in. Says nothing about whether anybody
    does. Raises NoHelpdeskHere, TooManyAttempts."""
    tenant_id = visitor.tenant_id
    if tenant_id is None:
        raise NoHelpdeskHere
    account = key_of_address(email) or email.strip().lower()
    with acting_for(tenant_id):
        async with transaction():
            await throttling.count(tenant_id, throttling.RESET_ACCOUNT, account, visitor.now())
            address = throttling.address_of(visitor.ip)
            await throttling.count(tenant_id, throttling.RESET_ADDRESS, address, visitor.now())
            user = await fetch_one(
                "select id, kind from users where tenant_id = :tenant and email_key = :account"
                " and status = 'ACTIVE' and kind <> 'MACHINE'",
                {"tenant": tenant_id, "account": account.replace("\x00", "")},
            )
            if user is None:
                return
            ctx = visitor.acting_as(tenant_id, user["id"], UserKind(user["kind"]))
            await _send_reset(ctx, sender)


async def _send_reset(ctx: Context, sender: Sender) -> None:
    user_id = ctx.viewer.user_id
    await revoke_all(ctx, user_id, kinds=(TokenKind.RESET,))
    issued = await issue(ctx, user_id, TokenKind.RESET, expires_at=ctx.now() + sender.lifetime)
    minutes = str(int(sender.lifetime.total_seconds() // 60))
    link = sender.link(TokenKind.RESET, issued.secret)
    values = {"link": link, "minutes": minutes}
    await mail_link(ctx, user_id, "password_reset", values, works=sender.lifetime)
    await record_unproven(ctx, Happening("password.reset_requested", "user", user_id))


async def reset_password(visitor: Visitor, secret: str, new: str) -> None:
    """Set a new password with the token of a mailed link, and end every session. Raises LinkUnknown, LinkExpired and
    what `check_password` raises; the link then works again."""
    found = await find_link(visitor, secret, TokenKind.RESET, "ACTIVE")
    check_password(new, (found["name"], found["email"]), "newPassword")
    hashed = await hash_password(new)
    ctx = visitor.acting_as(found["tenant_id"], found["user_id"], UserKind(found["kind"]))
    with acting_for(ctx.tenant_id):
        async with transaction():
            await use_link(ctx, found["id"])
            await keep_password(ctx, found["user_id"], hashed)
            await revoke_all(ctx, found["user_id"], kinds=_BY_PASSWORD)
            await stop_impersonations_by(ctx, found["user_id"])
            if found["email_key"] is not None:
                await throttling.forgive(ctx.tenant_id, throttling.SIGN_IN_ACCOUNT, found["email_key"])
            await record(ctx, Happening("password.changed", "user", found["user_id"]))
