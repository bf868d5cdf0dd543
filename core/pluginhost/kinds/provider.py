"""What all classes that can be configured have in common."""

import inspect
import re
from typing import Any

from core.pluginhost.config_rules import check_config
from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import is_words

PROVIDER = "provider"
"""What the names of all kinds that tenants configure are taken as: within a plugin each is one of a kind."""


def key_of(plugin: str, provider: Any) -> str:
    """Its name in the whole installation."""
    return f"{plugin}.{provider.name}"


def check_provider(given: Any) -> None:
    """Raises Refused for a class that cannot be named or configured."""
    name = getattr(given, "name", "")
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name) or not is_words(getattr(given, "title", "")):
        raise Refused(
            f"{given.__name__} needs a title, and a name of 3 to 40 lower-case letters, digits and _."
        )
    if not isinstance(getattr(given, "summary", ""), str):
        raise Refused(f"The summary of {given.__name__} is no text.")
    if getattr(given, "blocking", False) and (waits := _that_wait(given)):
        raise Refused(
            f"{given.__name__} is blocking, but {waits[0]} is `async def`; a thread would not await it."
        )
    if getattr(given, "config_version", 1) < 1:
        raise Refused(f"{given.__name__} needs a config_version of 1 or more.")
    check_config(getattr(given, "Config", None))


def _that_wait(given: Any) -> list[str]:
    """Its own public methods that are coroutine functions."""
    return [name for name, _ in inspect.getmembers(given, inspect.iscoroutinefunction) if name[0] != "_"]
