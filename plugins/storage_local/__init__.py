"""Keeps files in a folder of this machine."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from core.sdk import API_VERSION, Plugin, PluginManifest, hookimpl

if TYPE_CHECKING:
    from core.sdk.storage import StorageBackend


class StorageLocalPlugin(Plugin):
    manifest = PluginManifest(
        name="storage_local",
        title="Files in a folder",
        version="1.0.0",
        api=f">={API_VERSION},<2",
        summary="Keeps the bytes of files in a folder, for installations of one machine or with a shared disk.",
        license="Apache-2.0",
    )

    @hookimpl
    def register_storage_backends(self) -> "Iterable[type[StorageBackend[Any]]]":
        from plugins.storage_local.folder import Folder

        return [Folder]
