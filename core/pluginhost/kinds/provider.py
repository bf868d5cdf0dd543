"""What all classes that can be configured have in common."""

import re
from typing import Any

from core.pluginhost.config_rules import check_config
from core.pluginhost.failures import Refused

PROVIDER = "provider"
"""What the names of all kinds that tenants configure are taken as: within a plugin each is one of a kind."""


def key_of(plugin: str, provider: Any) -> str:
    """Its name in the whole installation."""
    return f"{plugin}.{provider.name}"


def check_provider(given: Any) -> None:
    """Raises Refused for a class that cannot be named or configured."""
    name = getattr(given, "name", "")
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name) or not getattr(given, "title", ""):
        raise Refused(
            f"{given.__name__} needs a title, and a name of 3 to 40 lower-case letters, digits and _."
        )
    if getattr(given, "config_version", 1) < 1:
        raise Refused(f"{given.__name__} needs a config_version of 1 or more.")
    check_config(getattr(given, "Config", None))
