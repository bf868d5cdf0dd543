"""What all classes that can be configured have in common."""

import re
from typing import Any

from core.pluginhost.configs import check_config
from core.pluginhost.failures import Refused


def check_provider(given: Any) -> None:
    """Raises Refused for a class that cannot be named or configured."""
    name = getattr(given, "name", "")
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name) or not getattr(given, "title", ""):
        raise Refused(
            f"{given.__name__} needs a title, and a name of 3 to 40 lower-case letters, digits and _."
        )
    check_config(getattr(given, "Config", None))
