"""The plugin object. Its methods are the hooks: a plugin overrides those it needs and marks each with `hookimpl`.

Hooks are called once, when a process starts. They are plain functions without side effects: no database, no network.
They return what the plugin brings along; whatever can wait is done by that, later.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import pluggy

from core.sdk.manifest import PluginManifest
from core.sdk.permission import Permission
from core.sdk.provider import Integration

if TYPE_CHECKING:
    from core.sdk.graphql import GraphQLExtension
    from core.sdk.storage import StorageBackend

PROJECT = "deskgraph"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a method that overrides a hook. Without the mark the plugin is not loaded."""


class Plugin:
    """What an entry point of the group `deskgraph.plugins` names: a subclass of this, with a manifest."""

    manifest: ClassVar[PluginManifest]

    @hookspec
    def register_permissions(self) -> Iterable[Permission]:
        """The rights that this plugin asks for before it lets somebody do something."""
        return ()

    @hookspec
    def register_integrations(self) -> Iterable[type[Integration[Any]]]:
        """The systems elsewhere that tenants can connect this plugin to."""
        return ()

    @hookspec
    def extend_graphql(self) -> "GraphQLExtension | None":
        """What this plugin adds to the API."""
        return None

    @hookspec
    def register_storage_backends(self) -> "Iterable[type[StorageBackend[Any]]]":
        """Where files may be kept. The operator chooses one."""
        return ()
