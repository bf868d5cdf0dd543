"""An installation for one helpdesk (`DESKGRAPH_MULTI_TENANT=false`, A2).

`./desk serve` and `./desk migrate` make its only tenant, `default`, at the first start. With
`DESKGRAPH_FOUNDER_EMAIL` its founder is invited then, by mail and by a link on the terminal. Without, every start says
how to invite one, until there is one:

    ./desk user invite --tenant default --role founder --email you@example.com --name "Your Name"
"""

from datetime import UTC, datetime

from core.founding.service import found_and_invite, furnish_tenant
from core.founding.slugs import DEFAULT_SLUG
from core.kit.context import acting_for
from core.kit.database import system_fetch
from core.kit.errors import Conflict
from core.operating.acting import tenant_by_slug
from core.operating.installation import opened
from core.operating.inviting import has_founder, links_of
from core.tenants.errors import SlugTaken
from core.tenants.service import NewTenant
from settings import Settings

_INVITE = (
    "This helpdesk has no founder yet. Invite one:\n"
    '  ./desk user invite --tenant default --role founder --email you@example.com --name "Your Name"'
)


class OtherTenants(Conflict):
    """Serving one tenant would hide the others."""

    message = (
        "There are other tenants than {slug}: {others}. To serve them, set DESKGRAPH_MULTI_TENANT to true."
    )


async def ensure_default_tenant(settings: Settings) -> str | None:
    """Where multi-tenancy is off, see to it that the one tenant is there. Gives what a person at the terminal is to be
    told, if anything. May run on several machines at once. Raises OtherTenants, PostgresUnavailable, BadEmail."""
    if settings.multi_tenant:
        return None
    async with opened(settings):
        rows = await system_fetch("select slug from tenants order by slug")
        others = [row["slug"] for row in rows if row["slug"] != DEFAULT_SLUG]
        if others:
            raise OtherTenants(slug=DEFAULT_SLUG, others=", ".join(others[:10]))
        told = None if rows else await _make(settings)
        return told or await _reminder()


async def _make(settings: Settings) -> str | None:
    new = NewTenant(slug=DEFAULT_SLUG, name="Helpdesk")
    try:
        if settings.founder_email is None:
            await furnish_tenant(new, datetime.now(UTC))
            return None
        founded = await found_and_invite(
            new,
            founder_email=settings.founder_email,
            founder_name=settings.founder_name,
            sender=links_of(settings),
        )
    except SlugTaken:  # Another machine was first, and tells.
        return None
    return f"{settings.founder_email} is invited as founder, by mail and here:\n  {founded.link}"


async def _reminder() -> str | None:
    tenant_id = await tenant_by_slug(DEFAULT_SLUG)
    with acting_for(tenant_id):
        return None if await has_founder(tenant_id) else _INVITE
