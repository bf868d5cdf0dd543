"""Systems elsewhere that tenants connect a plugin to."""

from typing import Any

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.provider import check_provider
from core.sdk import Integration


def _checked(_plugin: str, given: object) -> type[Integration[Any]]:
    if not isinstance(given, type) or not issubclass(given, Integration):
        raise Refused("register_integrations returns subclasses of Integration only.")
    check_provider(given)
    return given


INTEGRATIONS = Kind(
    "integration", "register_integrations", _checked, lambda plugin, each: f"{plugin}.{each.name}"
)
