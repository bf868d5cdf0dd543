"""The tenant in the API."""

from datetime import datetime
from uuid import UUID

import strawberry
from strawberry import Maybe

from core.kit.graph import Info, Node, Payload, column, found, mutation, node, one
from core.kit.graph.inputs import EXPECTED_VERSION, given_values
from core.tenants import service
from core.tenants.queries import own_tenant

_PATCH: dict[str, str | None] = {"name": None, "locale": None, "time_zone": None}


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


@strawberry.type(description="What `tenantUpdate` answers.")
class TenantUpdatePayload(Payload):
    tenant: Tenant | None = one("tenant_id", "The helpdesk as it is now.")


@strawberry.type
class TenantMutation:
    @mutation("Rename the helpdesk, or set its locale or time zone.", permission="tenant.manage")
    async def tenant_update(info: Info, input: TenantUpdateInput) -> TenantUpdatePayload:
        ctx = info.context.ctx
        await service.update_tenant(ctx, given_values(input, _PATCH), expected_version=input.expected_version)
        return TenantUpdatePayload.of(tenant_id=ctx.tenant_id)
