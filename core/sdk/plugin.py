"""The plugin object. Its methods are the hooks: a plugin overrides those it needs and marks each with `hookimpl`.

Hooks are called once, when a process starts. They are plain functions without side effects: no database, no network.
They return what the plugin brings along; whatever can wait is done by that, later.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

import pluggy

from core.sdk.events import EventType, Subscription
from core.sdk.jobs import Job
from core.sdk.manifest import PluginManifest
from core.sdk.notifying import NotificationMedium
from core.sdk.permission import Permission
from core.sdk.provider import Integration
from core.sdk.routes import Route
from core.sdk.sso import SSOProvider
from core.sdk.table_modules import Models

if TYPE_CHECKING:
    from core.sdk.graphql import GraphQLExtension
    from core.sdk.rules import TriggerAction, TriggerCondition
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
    def register_sso_providers(self) -> Iterable[type[SSOProvider[Any]]]:
        """The ways in which people can sign in by somebody else's word."""
        return ()

    @hookspec
    def register_notification_media(self) -> Iterable[type[NotificationMedium[Any]]]:
        """The media by which people can be told what they have not read."""
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

    @hookspec
    def register_models(self) -> Models | None:
        """The tables of this plugin."""
        return None

    @hookspec
    def register_jobs(self) -> Iterable[Job]:
        """The kinds of work that this plugin does later, or every so often."""
        return ()

    @hookspec
    def register_routes(self) -> Iterable[Route]:
        """What this plugin answers beside the API."""
        return ()

    @hookspec
    def register_events(self) -> Iterable[EventType]:
        """The types of event that this plugin tells of."""
        return ()

    @hookspec
    def register_subscriptions(self) -> Iterable[Subscription]:
        """The events that this plugin wants to hear of."""
        return ()

    @hookspec
    def register_conditions(self) -> "Iterable[type[TriggerCondition[Any]]]":
        """What rules may ask of a ticket. Nothing asks yet."""
        return ()

    @hookspec
    def register_actions(self) -> "Iterable[type[TriggerAction[Any]]]":
        """What rules may do. Nothing runs them yet."""
        return ()
