"""The founding of helpdesks in the API."""

from datetime import datetime

import strawberry

from core.founding import service
from core.identity.service.links import Sender
from core.identity.visitors import Visitor
from core.kit.graph import Info, Payload, mutation
from core.presets.catalogue import DEFAULT
from core.tenants.service import NewTenant


@strawberry.input(description="A helpdesk to be, and who founds it.")
class TenantCreateInput:
    slug: str = strawberry.field(
        description="The name in host names: 2 to 40 of a-z, 0-9 and -, beginning with a letter; free."
    )
    name: str = strawberry.field(description="What it is called; at most 120 characters.")
    locale: str = strawberry.field(
        default="en", description="The locale for those who chose none, as in `zh-Hans`; the mail is in it."
    )
    time_zone: str = strawberry.field(
        default="UTC", description="The IANA time zone for those who chose none, as in `Asia/Shanghai`."
    )
    founder_name: str = strawberry.field(description="The founder's name.")
    founder_email: str = strawberry.field(description="The founder's address; the link goes there.")
    preset: str = strawberry.field(
        default=DEFAULT.key, description="What it begins with: a key of `presets`."
    )


@strawberry.type(description="What `tenantCreate` answers: the same whoever else has this address.")
class TenantCreatePayload(Payload):
    slug: str | None = strawberry.field(description="The name in host names.")
    expires_at: datetime | None = strawberry.field(
        description="Until when the mailed link works. Whoever does not come by then loses the helpdesk."
    )


@strawberry.type
class FoundingMutation:
    @mutation(
        "Found a helpdesk of one's own (A7), where this installation lets visitors. At the installation's own host"
        " name, without a credential. It answers once its founder has accepted the mailed invitation.",
        anonymous=True,
    )
    async def tenant_create(info: Info, input: TenantCreateInput) -> TenantCreatePayload:
        caller, app = info.context.connection, info.context.app
        founded = await service.found_as_visitor(
            Visitor(tenant_id=caller.tenant_id, ip=caller.ip, user_agent=caller.user_agent),
            NewTenant(slug=input.slug, name=input.name, locale=input.locale, time_zone=input.time_zone),
            founder_email=input.founder_email,
            founder_name=input.founder_name,
            preset=input.preset,
            sign_up=app.sign_up,
            sender=Sender(app.base_url, app.invitation_lifetime),
        )
        return TenantCreatePayload.of(slug=input.slug, expires_at=founded.expires_at)
