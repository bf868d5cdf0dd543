"""Systems elsewhere that tenants connect a plugin to."""

import re
from typing import Any

from core.pluginhost.configs import check_config
from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.sdk import Integration


def _checked(_plugin: str, given: object) -> type[Integration[Any]]:
    if not isinstance(given, type) or not issubclass(given, Integration):
        raise Refused("register_integrations returns subclasses of Integration only.")
    name = getattr(given, "name", "")
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name) or not getattr(given, "title", ""):
        raise Refused(
            f"{given.__name__} needs a title, and a name of 3 to 40 lower-case letters, digits and _."
        )
    check_config(getattr(given, "Config", None))
    return given


INTEGRATIONS = Kind(
    "integration", "register_integrations", _checked, lambda plugin, each: f"{plugin}.{each.name}"
)
