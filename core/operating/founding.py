"""Found a helpdesk: the tenant, what its preset gives it, and its founder (A6)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from core.identity.addresses import read_address
from core.identity.roles import FOUNDER_ROLE
from core.identity.service.adding import NewUser, add_user
from core.kit.context import UserKind, acting_for
from core.kit.database import Reach, system_fetch, transaction
from core.kit.errors import Conflict, DomainError, Errors
from core.operating.acting import operator_context, role_keys
from core.operating.installation import opened
from core.operating.inviting import links_of, send_link
from core.presets import default
from core.presets.loading import load_preset
from core.tenants.service import NewTenant, check_name, problems_of
from core.tenants.service import create_tenant as write_tenant
from settings import Settings

DEFAULT_SLUG = "default"


class OnlyOneTenant(Conflict):
    """A2."""

    message = "This installation has one tenant, {slug}; for more, set DESKGRAPH_MULTI_TENANT to true."


@dataclass(frozen=True, slots=True)
class Founded:
    """What an operator is shown of a new helpdesk."""

    tenant: str
    name: str
    locale: str
    time_zone: str
    founder: str
    invitation: str
    expires_at: datetime


async def create_tenant(
    settings: Settings,
    *,
    slug: str,
    name: str,
    locale: str,
    time_zone: str,
    founder_email: str,
    founder_name: str,
) -> Founded:
    """Found a helpdesk and invite its founder. Raises OnlyOneTenant and what `found_tenant` raises."""
    if not settings.multi_tenant and slug != DEFAULT_SLUG:
        raise OnlyOneTenant(slug=DEFAULT_SLUG)
    async with opened(settings):
        new = NewTenant(slug=slug, name=name, locale=locale, time_zone=time_zone)
        return await found_and_invite(settings, new, founder_email=founder_email, founder_name=founder_name)


async def found_and_invite(
    settings: Settings, new: NewTenant, *, founder_email: str, founder_name: str
) -> Founded:
    """Found a helpdesk in the open database and invite its founder."""
    tenant_id, founder_id = await found_tenant(new, founder_email=founder_email, founder_name=founder_name)
    with acting_for(tenant_id):
        async with transaction():
            link, expires_at = await send_link(operator_context(tenant_id), founder_id, links_of(settings))
    return Founded(new.slug, new.name, new.locale, new.time_zone, founder_email, link, expires_at)


async def found_tenant(
    new: NewTenant, *, founder_email: str, founder_name: str, status: str = "INVITED"
) -> tuple[UUID, UUID]:
    """Create a tenant with the default preset and its founder. Gives both keys. Raises Errors, with everything that is
    wrong, and SlugTaken; then nothing was written. After a crash in between, `user invite --role founder` makes up."""
    problems = problems_of(new) + _problems_of_founder(founder_email, founder_name)
    if problems:
        raise Errors(problems)
    tenant_id = await furnish_tenant(new)
    with acting_for(tenant_id):
        async with transaction():
            roles = await role_keys(tenant_id)
            founder = NewUser(
                kind=UserKind.AGENT, name=founder_name, email=founder_email, is_founder=True, status=status
            )
            user = await add_user(operator_context(tenant_id), founder, role_ids=[roles[FOUNDER_ROLE]])
    return tenant_id, user.id


def _problems_of_founder(email: str, name: str) -> list[DomainError]:
    problems: list[DomainError] = []
    for check, value, place in ((read_address, email, "founderEmail"), (check_name, name, "founderName")):
        try:
            check(value, place)
        except DomainError as error:
            problems.append(error)
    return problems


async def furnish_tenant(new: NewTenant) -> UUID:
    """A tenant with the default preset and nobody in it. Raises Errors, SlugTaken. Works across tenants: it is not
    there yet."""
    now = datetime.now(UTC)
    async with transaction(Reach.SYSTEM):
        tenant_id = await write_tenant(new, now)
        await load_preset(tenant_id, default, now)
    return tenant_id


async def list_tenants(settings: Settings) -> list[dict[str, Any]]:
    """Every tenant of the installation."""
    async with opened(settings):
        rows = await system_fetch("select slug, name, locale, time_zone, status from tenants order by slug")
    return [dict(row) for row in rows]
