"""Secret links sent by mail: an invitation, a new password. Each works once and for a while."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from core.identity.errors import LinkExpired, LinkUnknown
from core.identity.tokens import TokenKind, hash_of
from core.identity.visitors import Visitor
from core.kit.context import Context
from core.kit.database import fetch_one, system_fetch
from core.kit.database.sql import Row
from core.kit.mail.outbox import queue_mail
from core.tenants.states import TenantStatus

_PATHS = {TokenKind.INVITATION: "invitation", TokenKind.RESET: "password-reset"}


@dataclass(frozen=True, slots=True)
class Sender:
    """What links begin with, and how long they work."""

    base_url: str
    lifetime: timedelta

    def link(self, kind: TokenKind, secret: str) -> str:
        """The secret stands behind `#`, which browsers keep from servers, their logs and other sites."""
        return f"{self.base_url}/{_PATHS[kind]}#token={secret}"


_READER = """
select u.name, u.email, coalesce(u.locale, t.locale) as locale, t.name as desk, t.slug
from users u join tenants t on t.id = u.tenant_id where u.tenant_id = :tenant and u.id = :user
"""


async def mail_link(
    ctx: Context, user_id: UUID, template: str, values: Mapping[str, str], *, works: timedelta
) -> None:
    """Queue the mail that carries a link to a user. No copy of it outlives the link, which works this long."""
    reader = await fetch_one(_READER, {"tenant": ctx.tenant_id, "user": user_id})
    if reader is None or reader["email"] is None:
        return
    words = {"desk": reader["desk"], "slug": reader["slug"], "name": reader["name"], **values}
    await queue_mail(
        ctx,
        to=reader["email"],
        locale=reader["locale"],
        template=template,
        values=words,
        useful_until=ctx.now() + works,
    )


_FOUND = """
select k.id, k.tenant_id, k.user_id, k.hint, k.expires_at, u.kind, u.name, u.email, u.status, u.email_key,
  u.is_founder
from tokens k join users u on u.tenant_id = k.tenant_id and u.id = k.user_id join tenants t on t.id = k.tenant_id
where k.hash = :hash and k.kind = :kind and k.revoked_at is null and u.status = :status and t.status = any(:open)
"""


async def find_link(visitor: Visitor, secret: str, kind: TokenKind, status: str) -> Row:
    """The token behind a link. Raises LinkUnknown, LinkExpired. Looks across tenants: the token says which it is."""
    # Whoever founded a helpdesk themselves opens it with the link.
    works = (
        [TenantStatus.ACTIVE, TenantStatus.INVITED] if kind is TokenKind.INVITATION else [TenantStatus.ACTIVE]
    )
    values = {"hash": hash_of(secret.strip()), "kind": kind.value, "status": status, "open": works}
    rows = await system_fetch(_FOUND, values)
    if not rows:
        raise LinkUnknown(path=("token",))
    if rows[0]["expires_at"] is not None and rows[0]["expires_at"] <= visitor.now():
        raise LinkExpired(path=("token",))
    return rows[0]


async def use_link(ctx: Context, token_id: UUID) -> None:
    """Use a link up in the open transaction. Raises LinkUnknown when somebody else just did."""
    used = await fetch_one(
        "update tokens set revoked_at = :now, last_used_at = :now where tenant_id = :tenant and id = :id"
        " and revoked_at is null returning id",
        {"now": ctx.now(), "tenant": ctx.tenant_id, "id": token_id},
    )
    if used is None:
        raise LinkUnknown(path=("token",))
