"""Acting for somebody after their request was answered."""

from uuid import UUID

from core.identity.queries import find_bearers, viewers_of
from core.identity.tokens import TokenKind
from core.kit.context import Viewer, current_tenant
from core.kit.database import fetch_value


async def viewer_again(user_id: UUID, token_id: UUID | None) -> Viewer | None:
    """Who asked for something earlier, with the rights they have now: those of the token they came by, or of their
    account where they came with a session that they have left since. None when they may no longer act: the account is
    disabled, the API token revoked, the impersonation over."""
    if token_id is not None:
        found = (await find_bearers([token_id], await fetch_value("select now()"))).get(token_id)
        if found is not None:
            return found.viewer
        kind = await fetch_value(
            "select kind from tokens where tenant_id = :tenant and id = :id",
            {"tenant": current_tenant(), "id": token_id},
        )
        if kind != TokenKind.SESSION.value:
            return None
    return next(iter(await viewers_of([user_id])), None)
