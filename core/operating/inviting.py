"""Invite people: a user who can choose a password by a secret link, mailed to them and shown to the operator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.identity.addresses import key_of_address
from core.identity.errors import FounderRoleNotGrantable
from core.identity.roles import FOUNDER_ROLE
from core.identity.service.adding import NewUser, add_user
from core.identity.service.holding import check_groups, join_groups
from core.identity.service.inviting import send_invitation
from core.identity.service.links import Sender
from core.kit.context import Context, UserKind, acting_for
from core.kit.database import fetch, fetch_value, transaction
from core.operating.acting import groups_named, operator_context, roles_named, tenant_by_slug
from core.operating.installation import opened
from settings import Settings


@dataclass(frozen=True, slots=True)
class Invited:
    """What an operator is shown of an invitation."""

    tenant: str
    email: str
    roles: tuple[str, ...]
    was_invited_before: bool
    invitation: str
    expires_at: datetime


def links_of(settings: Settings) -> Sender:
    """How this installation writes invitations."""
    return Sender(settings.base_url, timedelta(days=settings.invitation_days))


async def invite_user(
    settings: Settings, *, tenant: str, email: str, name: str, roles: Sequence[str], groups: Sequence[str]
) -> Invited:
    """Invite an agent, with roles by key or name and groups by name. Whoever is invited already gets a new link, and
    the old one ends. The role `founder` may be given where a helpdesk has no founder, and only there.
    Raises NoSuchTenant, NoSuchName, FounderRoleNotGrantable and what `add_user` raises."""
    async with opened(settings):
        tenant_id = await tenant_by_slug(tenant)
        ctx = operator_context(tenant_id)
        with acting_for(tenant_id):
            async with transaction():
                waiting = await _waiting(ctx, email)
                user_id = waiting or await _add(ctx, email, name, roles, groups)
                link, expires_at = await send_link(ctx, user_id, links_of(settings))
                held = await _roles_of(user_id)
    return Invited(tenant, email, held, waiting is not None, link, expires_at)


async def send_link(ctx: Context, user_id: UUID, sender: Sender) -> tuple[str, datetime]:
    """Mail a fresh link to a user, and give it with its end. Earlier ones end now."""
    sent = await send_invitation(ctx, user_id, sender)
    return sent.link, sent.expires_at.replace(microsecond=0)


async def _roles_of(user_id: UUID) -> tuple[str, ...]:
    rows = await fetch(
        "select r.name from user_roles u join roles r on r.id = u.role_id where u.user_id = :user order by r.name",
        {"user": user_id},
    )
    return tuple(row["name"] for row in rows)


async def _waiting(ctx: Context, email: str) -> UUID | None:
    """Who was invited at this address and has not come yet."""
    found: UUID | None = await fetch_value(
        "select id from users where tenant_id = :tenant and email_key = :key and kind = 'AGENT' and status = 'INVITED'",
        {"tenant": ctx.tenant_id, "key": key_of_address(email)},
    )
    return found


async def _add(ctx: Context, email: str, name: str, roles: Sequence[str], groups: Sequence[str]) -> UUID:
    held = await roles_named(ctx.tenant_id, roles)
    is_founder = FOUNDER_ROLE in held
    if is_founder and await has_founder(ctx.tenant_id):
        raise FounderRoleNotGrantable(path=("role",))
    new = NewUser(kind=UserKind.AGENT, name=name, email=email, is_founder=is_founder, status="INVITED")
    group_ids = await groups_named(ctx.tenant_id, groups)
    user = await add_user(ctx, new, role_ids=list(held.values()))
    await check_groups(ctx, group_ids)
    await join_groups(ctx, user.id, group_ids)
    return user.id


async def has_founder(tenant_id: UUID) -> bool:
    """Whether the helpdesk has its one founder (A6)."""
    text = "select exists (select 1 from users where tenant_id = :tenant and is_founder)"
    return bool(await fetch_value(text, {"tenant": tenant_id}))
