"""Invite agents: a mail with a link, a password, done (B20)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.identity.errors import LinkUnknown, NotInvited
from core.identity.passwords import check_password, hash_password
from core.identity.queries import user_sight
from core.identity.rights import check_grantable, check_not_above, refuse_impersonation, standing_of
from core.identity.service.adding import NewUser, add_user
from core.identity.service.credentials import keep_password
from core.identity.service.entering import open_session
from core.identity.service.holding import join_groups
from core.identity.service.links import Sender, find_link, mail_link, use_link
from core.identity.service.tokens import Issued, issue, lock_token, revoke, revoke_all
from core.identity.tokens import TokenKind
from core.identity.visitors import Visitor
from core.kit.context import Context, UserKind, acting_for
from core.kit.database import fetch_one, transaction
from core.kit.errors import Required
from core.kit.events import Happening, record
from core.tenants.service import check_name


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation under way. The link holds the secret: it goes to the invited and nowhere else."""

    user_id: UUID
    token_id: UUID
    link: str


async def invite(
    ctx: Context,
    new: NewUser,
    sender: Sender,
    *,
    role_ids: tuple[UUID, ...],
    group_ids: tuple[UUID, ...] = (),
) -> Invited:
    """Add an agent who can sign in once they have accepted. Needs `agent.manage` and every right of the roles.
    Raises Forbidden, Errors and what `add_user` raises."""
    ctx.require("agent.manage")
    refuse_impersonation(ctx)
    if new.email is None or not new.email.strip():
        raise Required(path=("email",))
    if not role_ids:
        raise Required(path=("roleIds",))
    await check_grantable(ctx, role_ids)
    user = await add_user(ctx, new, role_ids=role_ids)
    await join_groups(ctx, user.id, group_ids)
    return await send_invitation(ctx, user.id, sender)


async def send_invitation(ctx: Context, user_id: UUID, sender: Sender) -> Invited:
    """Issue and mail an invitation; earlier ones stop working. Rights are the caller's to check."""
    await revoke_all(ctx, user_id, kinds=(TokenKind.INVITATION,))
    issued = await issue(ctx, user_id, TokenKind.INVITATION, expires_at=ctx.now() + sender.lifetime)
    link = sender.link(TokenKind.INVITATION, issued.secret)
    values = {"link": link, "days": str(sender.lifetime.days)}
    await mail_link(ctx, user_id, "invitation", values, works=sender.lifetime)
    await record(ctx, Happening("invitation.sent", "user", user_id))
    return Invited(user_id, issued.id, link)


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
    """Set the first password, perhaps another name, and sign in. Raises LinkUnknown, LinkExpired, Required, TooLong
    and what `check_password` raises; the link then works again."""
    found = await find_link(visitor, secret, TokenKind.INVITATION, "INVITED")
    shown = check_name(name, "name") if name is not None else found["name"]
    check_password(password, (shown, found["name"], found["email"]), "password")
    hashed = await hash_password(password)
    ctx = visitor.acting_as(found["tenant_id"], found["user_id"], UserKind(found["kind"]))
    with acting_for(ctx.tenant_id):
        async with transaction():
            await use_link(ctx, found["id"])
            await _activate(ctx, shown)
            await keep_password(ctx, found["user_id"], hashed)
            await record(ctx, Happening("invitation.accepted", "user", found["user_id"]))
            return await open_session(ctx, lifetime)


async def _activate(ctx: Context, name: str) -> None:
    active = await fetch_one(
        "update users set status = 'ACTIVE', name = :name, updated_at = :now, version = version + 1"
        " where tenant_id = :tenant and id = :id and status = 'INVITED' returning id",
        {"name": name, "now": ctx.now(), "tenant": ctx.tenant_id, "id": ctx.viewer.user_id},
    )
    if active is None:
        raise LinkUnknown(path=("token",))
