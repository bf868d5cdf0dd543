"""Ways to sign in."""

from typing import Any

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.provider import PROVIDER, check_provider, key_of
from core.sdk import SSOProvider


def _checked(_plugin: str, given: object) -> type[SSOProvider[Any]]:
    if not isinstance(given, type) or not issubclass(given, SSOProvider):
        raise Refused("register_sso_providers returns subclasses of SSOProvider only.")
    check_provider(given)
    if given.verify is SSOProvider.verify:
        raise Refused(f"{given.__name__} has no verify.")
    return given


SSO = Kind("sso", "register_sso_providers", _checked, key_of, claimed_as=PROVIDER)
