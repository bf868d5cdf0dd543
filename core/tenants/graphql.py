"""The tenant in the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Node, Payload, Request, batched, column, found, mutation, node, one
from core.kit.graph.inputs import EXPECTED_VERSION, given_values
from core.kit.i18n import translate
from core.tenants import service
from core.tenants.plans import PLANS
from core.tenants.plans import Plan as Kept
from core.tenants.queries import own_tenant, seats_taken

_PATCH: dict[str, str | None] = dict.fromkeys(("name", "locale", "time_zone", "logo_url", "accent_color"))


_LOGO = "Where its logo is: an https:// address of at most 400 characters."
_COLOR = "Its colour on pages, as #rrggbb."


@strawberry.type(
    description="What a helpdesk may set of its roles (A8), and how many agents it has. Operators choose it."
)
class Plan:
    key: str = strawberry.field(description="The name that `tenant plan` takes.")
    name: str = strawberry.field(description="What it is called, in the caller's language.")
    about: str = strawberry.field(description="What it allows, in the caller's language.")
    makes_roles: bool = strawberry.field(
        description="Whether there may be roles of the helpdesk's own making."
    )
    sets_scopes: bool = strawberry.field(description="Whether the ticket scope of roles may be set.")
    switches: list[str] | None = strawberry.field(
        description="The permissions that roles may be given and lose; null for all."
    )
    agent_limit: int | None = strawberry.field(
        description="How many agents there may be, invited or active; null for any number."
    )
    agents_used: int | None = strawberry.field(
        description="How many there are; null for who does not hold `agent.manage`."
    )


async def _plans(request: Request, parents: Sequence[Any]) -> list[Plan]:
    used = await seats_taken(request.viewer.tenant_id) if request.viewer.may("agent.manage") else None
    return [_plan(PLANS[each.plan], request.locale, used) for each in parents]


def _plan(plan: Kept, locale: str, used: int | None) -> Plan:
    return Plan(
        key=plan.key,
        name=translate(plan.name, locale),
        about=translate(plan.about, locale),
        makes_roles=plan.makes_roles,
        sets_scopes=plan.sets_scopes,
        switches=None if plan.switches is None else sorted(plan.switches),
        agent_limit=plan.agents,
        agents_used=used,
    )


@node(
    prefix="tnt",
    table="tenants",
    sight=own_tenant,
    tenant_column="id",
    description="A helpdesk. A token belongs to exactly one.",
)
class Tenant(Node):
    slug: str = column("The name in host names.")
    name: str = column("What the helpdesk is called.")
    domain: str | None = column("The host name of its own, where it has one.")
    locale: str = column("The locale for those who chose none.")
    time_zone: str = column("The IANA time zone for those who chose none.")
    logo_url: str | None = column(_LOGO)
    accent_color: str | None = column(_COLOR)
    plan: Plan = batched(("plan",), _plans, "What it may set of its roles (A8).")
    created_at: datetime = column("When it was created.")
    version: int = column("Rises with every change; for `expectedVersion`.")


@strawberry.type
class TenantQuery:
    @found(Tenant, "The helpdesk that the caller's token belongs to.")
    async def tenant(info: Info) -> UUID | None:
        return info.context.viewer.tenant_id


@strawberry.input(description="A change of the helpdesk itself: what is left out stays.")
class TenantUpdateInput:
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    name: Maybe[str] = strawberry.field(
        default=None, description="What it is called; at most 120 characters."
    )
    locale: Maybe[str] = strawberry.field(
        default=None, description="The locale for those who chose none, as in `zh-Hans`."
    )
    time_zone: Maybe[str] = strawberry.field(
        default=None, description="The IANA time zone for those who chose none, as in `Asia/Shanghai`."
    )
    logo_url: Maybe[str | None] = strawberry.field(default=None, description=_LOGO)
    accent_color: Maybe[str | None] = strawberry.field(default=None, description=_COLOR)


@strawberry.type(description="What `tenantUpdate` answers.")
class TenantUpdatePayload(Payload):
    tenant: Tenant | None = one("tenant_id", "The helpdesk as it is now.")


@strawberry.type
class TenantMutation:
    @mutation(
        "Rename the helpdesk, or set its locale, time zone, logo or colour.", permission="tenant.manage"
    )
    async def tenant_update(info: Info, input: TenantUpdateInput) -> TenantUpdatePayload:
        ctx = info.context.ctx
        await service.update_tenant(ctx, given_values(input, _PATCH), expected_version=input.expected_version)
        return TenantUpdatePayload.of(tenant_id=ctx.tenant_id)
