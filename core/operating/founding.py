"""Found helpdesks at the machine (A6), and list them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.founding.errors import OnlyOneTenant
from core.founding.service import found_and_invite
from core.founding.slugs import DEFAULT_SLUG
from core.kit.database import system_fetch
from core.operating.installation import opened
from core.operating.inviting import links_of
from core.presets.catalogue import DEFAULT, preset_of
from core.tenants.service import NewTenant
from settings import Settings


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
    preset: str = DEFAULT.key,
) -> Founded:
    """Found a helpdesk as its preset has it, and invite its founder. Raises OnlyOneTenant, NoSuchPreset and what
    `found_tenant` raises."""
    chosen = preset_of(preset)
    if not settings.multi_tenant and slug != DEFAULT_SLUG:
        raise OnlyOneTenant(slug=DEFAULT_SLUG)
    async with opened(settings):
        new = NewTenant(slug=slug, name=name, locale=locale, time_zone=time_zone)
        founding = await found_and_invite(
            new,
            founder_email=founder_email,
            founder_name=founder_name,
            preset=chosen,
            sender=links_of(settings),
        )
    expires_at = founding.expires_at.replace(microsecond=0)
    return Founded(slug, name, locale, time_zone, founder_email, founding.link, expires_at)


async def list_tenants(settings: Settings) -> list[dict[str, Any]]:
    """Every tenant of the installation."""
    async with opened(settings):
        rows = await system_fetch(
            "select slug, name, locale, time_zone, status, plan from tenants order by slug"
        )
    return [dict(row) for row in rows]
