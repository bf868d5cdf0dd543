"""API tokens: a machine user of its own for each, so that what a program did is told by its name."""

from collections.abc import Sequence
from dataclasses import dataclass

from core.identity.errors import FounderRoleNotGrantable
from core.identity.roles import FOUNDER_ROLE
from core.identity.service.machines import NewApiToken, create_api_token
from core.kit.context import acting_for
from core.kit.database import transaction
from core.kit.errors import Invalid, Required
from core.operating.acting import operator_context, roles_named, tenant_by_slug
from core.operating.installation import opened
from core.permissions import PERMISSIONS
from settings import Settings


class NoSuchScope(Invalid):
    """A scope that is no permission."""

    message = "There is no permission {scope}; there is: {known}."


class NoRole(Required):
    """A token without a role could do nothing."""

    message = "Name at least one role with --role, for instance agent or admin; the token may do what its roles may."


@dataclass(frozen=True, slots=True)
class MadeToken:
    """What an operator is shown of a token, this once."""

    tenant: str
    name: str
    roles: str
    scopes: str | None
    token: str


async def create_token(
    settings: Settings, *, tenant: str, name: str, roles: Sequence[str], scopes: Sequence[str]
) -> MadeToken:
    """Make a machine user with these roles and an API token for it, narrowed to the scopes if there are any.
    Raises NoRole, NoSuchTenant, NoSuchName, NoSuchScope, FounderRoleNotGrantable."""
    if not roles:
        raise NoRole
    for scope in scopes:
        if scope not in PERMISSIONS:
            raise NoSuchScope(scope=scope, known=", ".join(sorted(PERMISSIONS)))
    async with opened(settings):
        tenant_id = await tenant_by_slug(tenant)
        ctx = operator_context(tenant_id)
        with acting_for(tenant_id):
            async with transaction():
                held = await roles_named(tenant_id, roles)
                if FOUNDER_ROLE in held:
                    raise FounderRoleNotGrantable
                new = NewApiToken(name=name, role_ids=tuple(held.values()), scopes=scopes or None)
                issued = await create_api_token(ctx, new)
    return MadeToken(tenant, name, ", ".join(held), ", ".join(scopes) or None, issued.secret)
