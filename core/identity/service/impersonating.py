"""Act as another user for a while (B19). Events name who really acts."""

from datetime import timedelta
from uuid import UUID

from core.identity.errors import CannotImpersonate, NotImpersonating
from core.identity.queries import KEPT, user_sight
from core.identity.rights import refuse_impersonation, standing_of
from core.identity.roles import is_wider
from core.identity.service.tokens import Issued, issue, lock_token, revoke
from core.identity.tokens import TokenKind
from core.kit.context import Context, UserKind
from core.kit.errors import NotFound, TooLong
from core.kit.events import Happening, record

LIFETIME = timedelta(hours=1)
_LONGEST_REASON = 400


async def start_impersonation(ctx: Context, user_id: UUID, reason: str | None = None) -> Issued:
    """A token with which the viewer acts as another. Raises Forbidden, NotFound, CannotImpersonate (the founder,
    oneself, machines, people who cannot sign in or may do more than the viewer), NotWhileImpersonating."""
    ctx.require("user.impersonate")
    refuse_impersonation(ctx)
    viewer = ctx.viewer
    other = await standing_of(ctx, user_id, user_sight(viewer, "u"), "userId")
    rights = other.permissions | KEPT.get(other.kind, frozenset())
    if (
        other.is_founder
        or other.id == viewer.user_id
        or other.kind is UserKind.MACHINE
        or other.row["status"] != "ACTIVE"
        or not rights <= viewer.permissions
        or (other.kind is UserKind.AGENT and is_wider(other.scope, viewer.scope))
    ):
        raise CannotImpersonate(path=("userId",))
    why = " ".join((reason or "").replace("\x00", "").split())
    if len(why) > _LONGEST_REASON:
        raise TooLong(path=("reason",), limit=_LONGEST_REASON)
    issued = await issue(
        ctx, user_id, TokenKind.IMPERSONATION, expires_at=ctx.now() + LIFETIME, impersonator_id=viewer.user_id
    )
    changes = {"reason": [None, why]} if why else {}
    await record(ctx, Happening("impersonation.started", "user", user_id, changes))
    return issued


async def stop_impersonation(ctx: Context, token_id: UUID | None) -> None:
    """Revoke the token of an impersonation by or of the viewer. Raises NotImpersonating."""
    try:
        token = await lock_token(ctx, token_id, (TokenKind.IMPERSONATION,)) if token_id else None
    except NotFound:
        token = None
    if token is None:
        raise NotImpersonating(path=("id",))
    await revoke(ctx, token, "impersonation.stopped")
