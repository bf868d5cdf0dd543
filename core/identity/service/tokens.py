"""Issue and revoke bearer tokens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.identity.errors import NotASession
from core.identity.models import Token
from core.identity.queries import token_sight
from core.identity.rights import refuse_impersonation
from core.identity.tokens import TokenKind, hash_of, hint_of, new_secret
from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_one
from core.kit.database.sql import Row
from core.kit.errors import NotFound
from core.kit.events import Happening, record

USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh token. The secret is here and nowhere else."""

    id: UUID
    secret: str
    expires_at: datetime | None


async def issue(
    ctx: Context,
    user_id: UUID,
    kind: TokenKind,
    *,
    expires_at: datetime | None = None,
    name: str | None = None,
    scopes: Sequence[str] | None = None,
    impersonator_id: UUID | None = None,
) -> Issued:
    """Write a token of a user."""
    secret = new_secret(kind)
    token = await Token.create(
        id=ctx.new_id(),
        created_at=ctx.now(),
        user_id=user_id,
        kind=kind.value,
        hash=hash_of(secret),
        hint=hint_of(secret),
        name=name,
        scopes=list(scopes) if scopes is not None else None,
        impersonator_id=impersonator_id,
        expires_at=expires_at,
        ip=ctx.ip,
        user_agent=(ctx.user_agent or "")[:400] or None,
    )
    return Issued(token.id, secret, expires_at)


async def revoke_all(
    ctx: Context, user_id: UUID, *, kinds: Sequence[TokenKind] = tuple(TokenKind), but: UUID | None = None
) -> int:
    """Revoke a user's tokens of some kinds, except one, and say how many. Bearers are refused from now on."""
    return await execute(
        "update tokens set revoked_at = :now where tenant_id = :tenant and user_id = :user and revoked_at is null"
        " and kind = any(:kinds) and id is distinct from :but",
        {
            "now": ctx.now(), "tenant": ctx.tenant_id, "user": user_id,
            "kinds": [kind.value for kind in kinds], "but": but,
        },
    )  # fmt: skip


async def stop_impersonations_by(ctx: Context, user_id: UUID) -> None:
    """Revoke the tokens with which a user acts as others."""
    await execute(
        "update tokens set revoked_at = :now where tenant_id = :tenant and impersonator_id = :user"
        " and revoked_at is null",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "user": user_id},
    )


async def lock_token(ctx: Context, token_id: UUID, kinds: Sequence[TokenKind]) -> Row:
    """A live token that the viewer sees, locked. Raises NotFound."""
    row = await fetch_one(
        "select t.* from tokens t where t.tenant_id = :tenant and t.id = :id and t.kind = any(:kinds)"
        f" and t.revoked_at is null and ({token_sight(ctx.viewer, 't')}) for update of t",
        {
            **ctx.viewer.parameters(), "tenant": ctx.tenant_id, "id": token_id,
            "kinds": [kind.value for kind in kinds],
        },
    )  # fmt: skip
    if row is None:
        raise NotFound(path=("id",))
    return row


async def revoke(ctx: Context, token: Row, event: str) -> None:
    """Revoke one token and write down what that meant."""
    await execute(
        "update tokens set revoked_at = :now where tenant_id = :tenant and id = :id",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "id": token["id"]},
    )
    await record(ctx, Happening(event, "user", token["user_id"], {"token": [token["hint"], None]}))


async def revoke_session(ctx: Context, token_id: UUID) -> None:
    """End one's own session, or an impersonation of oneself or by oneself. Raises NotFound, NotWhileImpersonating."""
    refuse_impersonation(ctx)
    token = await lock_token(ctx, token_id, (TokenKind.SESSION, TokenKind.IMPERSONATION))
    await revoke(ctx, token, "session.ended")


async def sign_out(ctx: Context, *, everywhere: bool = False) -> None:
    """End the session this request came with, and perhaps one's others. Raises NotASession for API tokens."""
    kinds = (TokenKind.SESSION.value, TokenKind.IMPERSONATION.value)
    rows = await fetch(
        "select * from tokens where tenant_id = :tenant and id = :id for update",
        {"tenant": ctx.tenant_id, "id": ctx.viewer.token_id},
    )
    if not rows or rows[0]["kind"] not in kinds:
        raise NotASession
    await revoke(ctx, rows[0], "session.ended")
    if everywhere:
        refuse_impersonation(ctx)
        await revoke_all(ctx, ctx.viewer.user_id, kinds=(TokenKind.SESSION,))


async def note_use(token_id: UUID, tenant_id: UUID, now: datetime) -> None:
    """Remember when a token was last used; at most once a minute, whatever the number of processes. One that was
    revoked was not used: who brought it was not let in."""
    await execute(
        "update tokens set last_used_at = :now where tenant_id = :tenant and id = :id"
        " and revoked_at is null and (last_used_at is null or last_used_at < :before)",
        {"now": now, "tenant": tenant_id, "id": token_id, "before": now - USE_NOTED_EVERY},
    )
