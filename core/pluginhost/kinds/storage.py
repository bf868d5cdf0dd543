"""Where files may be kept."""

from typing import Any

from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.kinds.provider import check_provider
from core.sdk.storage import StorageBackend


def _checked(_plugin: str, given: object) -> type[StorageBackend[Any]]:
    if not isinstance(given, type) or not issubclass(given, StorageBackend):
        raise Refused("register_storage_backends returns subclasses of StorageBackend only.")
    check_provider(given)
    return given


STORAGE = Kind(
    "storage backend", "register_storage_backends", _checked, lambda plugin, each: f"{plugin}.{each.name}"
)
