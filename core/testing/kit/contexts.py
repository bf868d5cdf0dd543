"""What plugins are given to work with, for tests that call a provider or a handler by themselves."""

from uuid import UUID

from core.extensions.acting import ForPlugin, by_itself
from core.extensions.service import Tools
from core.extensions.service.tools import ForTenant, GuardedHttp
from core.kit.crypto import Sealer
from core.kit.http import Allowed, Outgoing
from core.kit.ids import new_id
from core.operating import operator_context
from core.pluginhost import Host
from core.sdk import TenantContext
from settings import Settings, load_secret_keys


def tenant_context(tenant_id: UUID | None = None) -> TenantContext:
    """A tenant as a provider sees it: the product's own, with its rules of what may be asked of the Internet."""
    return ForTenant(operator_context(tenant_id or new_id()), GuardedHttp(Outgoing(), is_granted=True))


def plugin_context(settings: Settings, host: Host, plugin: str, tenant_id: UUID) -> ForPlugin:
    """A plugin at work by itself for a tenant, with all scopes that it asks for."""
    outgoing = Outgoing(allowed=Allowed.of(settings.outgoing_allow), plain_http=settings.outgoing_http)
    tools = Tools(host, Sealer(load_secret_keys(settings)), outgoing)
    return by_itself(tools, plugin, tenant_id, host.plugins[plugin].manifest.scopes)
