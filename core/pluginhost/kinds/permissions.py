"""Rights that a plugin asks for."""

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind, is_words
from core.sdk import Permission


def _checked(plugin: str, given: object) -> Permission:
    if not isinstance(given, Permission):
        raise Refused("register_permissions returns objects of Permission only.")
    if not given.key.startswith(f"{plugin}.") or not is_words(given.description):
        raise Refused(f"The permission {given.key} needs a description and a key like {plugin}.use.")
    return given


PERMISSIONS = Kind("permission", "register_permissions", _checked, lambda _plugin, each: each.key)
