"""Invite agents: a mail with a link, a password, done (B20)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core.identity.errors import LinkUnknown, NotInvited, PasswordsAreOff
from core.identity.passwords import check_password, hash_password
from core.identity.queries import user_sight
from core.identity.rights import check_grantable, check_not_above, refuse_impersonation, standing_of
from core.identity.service.adding import NewUser, add_user, details_of
from core.identity.service.credentials import keep_password
from core.identity.service.entering import open_session
from core.identity.service.holding import check_groups, join_groups
from core.identity.service.links import Sender, find_link, mail_link, use_link
from core.identity.service.tokens import Issued, issue, lock_token, revoke, revoke_all
from core.identity.tokens import TokenKind
from core.identity.visitors import Visitor
from core.kit.context import Context, UserKind, acting_for
from core.kit.database import fetch_one, transaction
from core.kit.errors import DomainError, Errors, Required, gathering
from core.kit.events import Happening, record
from core.signon.queries import is_password_off
from core.tenants.service import check_name, open_tenant


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation under way. The link holds the secret: it goes to the invited and nowhere else."""

    user_id: UUID
    token_id: UUID
    link: str
    expires_at: datetime


async def invite(
    ctx: Context,
    new: NewUser,
    sender: Sender,
    *,
    role_ids: tuple[UUID, ...],
    group_ids: tuple[UUID, ...] = (),
) -> Invited:
    """Add an agent who can sign in once they have accepted. Needs `agent.manage` and every right of the roles.
    Raises Forbidden, NotWhileImpersonating, and Errors with all that is wrong with the person, the roles and the
    groups."""
    ctx.require("agent.manage")
    refuse_impersonation(ctx)
    errors: list[DomainError] = [
        Required(path=(name,)) for name, value in _needed(new, role_ids).items() if not value
    ]
    details: dict[str, Any] = {}
    with gathering(errors):
        details = await details_of(ctx, replace(new, email=new.email if (new.email or "").strip() else None))
    with gathering(errors):
        await check_grantable(ctx, role_ids)
    with gathering(errors):
        await check_groups(ctx, group_ids)
    if errors:
        raise Errors(errors)
    user = await add_user(ctx, new, role_ids=role_ids, details=details)
    await join_groups(ctx, user.id, group_ids)
    return await send_invitation(ctx, user.id, sender)


def _needed(new: NewUser, role_ids: Sequence[UUID]) -> dict[str, object]:
    return {"email": (new.email or "").strip(), "roleIds": role_ids}


async def send_invitation(
    ctx: Context, user_id: UUID, sender: Sender, *, template: str = "invitation"
) -> Invited:
    """Issue and mail an invitation; earlier ones stop working. Rights are the caller's to check."""
    await revoke_all(ctx, user_id, kinds=(TokenKind.INVITATION,))
    expires_at = ctx.now() + sender.lifetime
    issued = await issue(ctx, user_id, TokenKind.INVITATION, expires_at=expires_at)
    link = sender.link(TokenKind.INVITATION, issued.secret)
    values = {"link": link, "days": str(sender.lifetime.days)}
    await mail_link(ctx, user_id, template, values, works=sender.lifetime)
    await record(ctx, Happening("invitation.sent", "user", user_id))
    return Invited(user_id, issued.id, link, expires_at)


async def invite_again(ctx: Context, user_id: UUID, sender: Sender) -> Invited:
    """Send a fresh link to somebody who has not accepted yet. Raises Forbidden, NotFound, NotInvited."""
    ctx.require("agent.manage")
    refuse_impersonation(ctx)
    invited = await standing_of(ctx, user_id, user_sight(ctx.viewer, "u"), "userId")
    if invited.row["status"] != "INVITED":
        raise NotInvited(path=("userId",))
    check_not_above(ctx, invited, "userId")
    return await send_invitation(ctx, user_id, sender)


async def revoke_invitation(ctx: Context, token_id: UUID) -> UUID:
    """Make an invitation's link worthless and give its user, who stays and can be invited again."""
    ctx.require("agent.manage")
    refuse_impersonation(ctx)
    token = await lock_token(ctx, token_id, (TokenKind.INVITATION,))
    await revoke(ctx, token, "invitation.revoked")
    user_id: UUID = token["user_id"]
    return user_id


async def accept_invitation(
    visitor: Visitor, secret: str, password: str, name: str | None, *, lifetime: timedelta
) -> Issued:
    """Set the first password, perhaps another name, and sign in. Raises LinkUnknown, LinkExpired, Required, TooLong,
    what `check_password` raises, and PasswordsAreOff where people like them have to come another way, by which they
    accept (S2); the link then works again. With its founder a helpdesk that a visitor founded opens (A7)."""
    found = await find_link(visitor, secret, TokenKind.INVITATION, "INVITED")
    shown = check_name(name, "name") if name is not None else found["name"]
    check_password(password, (shown, found["name"], found["email"]), "password")
    hashed = await hash_password(password)
    ctx = visitor.acting_as(found["tenant_id"], found["user_id"], UserKind(found["kind"]))
    with acting_for(ctx.tenant_id):
        async with transaction():
            if not found["is_founder"] and await is_password_off(ctx.tenant_id, ctx.viewer.kind):
                raise PasswordsAreOff(path=("token",))
            if found["is_founder"]:
                await open_tenant(ctx)
            await use_link(ctx, found["id"])
            if not await activate(ctx, found["user_id"], shown):
                raise LinkUnknown(path=("token",))
            await keep_password(ctx, found["user_id"], hashed)
            return await open_session(ctx, lifetime)


async def activate(ctx: Context, user_id: UUID, name: str) -> bool:
    """Somebody who was invited accepts, in the open transaction. Says whether they had not before."""
    active = await fetch_one(
        "update users set status = 'ACTIVE', name = :name, updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :id and status = 'INVITED' returning id",
        {"name": name, "now": ctx.now(), "tenant": ctx.tenant_id, "id": user_id},
    )
    if active is None:
        return False
    await record(ctx, Happening("invitation.accepted", "user", user_id))
    return True
