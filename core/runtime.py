"""What a process works with once settings are read: plain values and the few services that need secrets."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from core.event_types import EVENT_TYPES
from core.files.signing import FileLinks
from core.founding.service import SignUp
from core.kit import event_types
from core.kit.crypto import Sealer
from core.kit.graph.saved import SavedQueries
from core.kit.http import Allowed, Outgoing
from core.kit.jobs.table import CHANGES as JOB_CHANGES
from core.kit.peers import Peer
from core.kit.permissions import declare
from core.kit.stream import Listener
from core.kit.stream.feeds import Feeds
from core.kit.stream.lookouts import Lookouts
from core.kit.waking import Waking, waking_by
from core.permissions import PERMISSIONS
from core.pluginhost import Host, PluginOptions, load_plugins
from core.pluginhost.chosen import chosen
from core.pluginhost.invoking import Calls
from core.pluginhost.kinds import EVENTS, STORAGE
from core.pluginhost.kinds import PERMISSIONS as PLUGIN_PERMISSIONS
from core.presence.waking import CHANNEL as PRESENCE
from core.sdk.storage import StorageBackend
from settings import Settings, load_secret_key, load_secret_keys, storage_config


def broker_of(settings: Settings) -> Peer | None:
    """The broker of the settings, None where jobs run without one."""
    if settings.broker_url is None:
        return None
    return Peer(settings.broker_url.get_secret_value(), settings.broker_ca_file)


def redis_of(settings: Settings) -> Peer | None:
    """The Redis of the settings for wake-ups and rate limits, None where there is none."""
    if settings.redis_url is None:
        return None
    return Peer(settings.redis_url.get_secret_value(), settings.redis_ca_file)


def waking_of(settings: Settings) -> Waking:
    """The way in which this installation's processes wake each other. Raises RedisMissing."""
    url = settings.database_url.get_secret_value() if settings.database_url else ""
    return waking_by(url, redis_of(settings))


TAKEN = {"permission": PERMISSIONS, "event": EVENT_TYPES}
"""Names that the product has itself, by kind."""


def plugins_of(settings: Settings) -> Host:
    """The plugins that the settings want, loaded, and what they bring along made known. Raises PluginsFailed."""
    return declared(load_plugins(plugin_options(settings), taken=TAKEN))


def declared(host: Host) -> Host:
    """The host, with what its plugins bring along made known to the rest of the product."""
    declare({key: each.thing.description for key, each in host.all_of(PLUGIN_PERMISSIONS).items()})
    event_types.declare({key: each.thing.description for key, each in host.all_of(EVENTS).items()})
    return host


def required_plugins_of(settings: Settings) -> Host:
    """Those without which the settings let nothing start, and no others. Raises PluginsFailed."""
    return load_plugins(replace(plugin_options(settings), safe_mode=True))


def storage_of(settings: Settings, plugins: Host) -> StorageBackend[Any]:
    """Where the settings want files to be kept. Raises PluginsFailed, MissingVariable."""
    return chosen(plugins, STORAGE, settings.storage, storage_config(settings))


def modules_of_tables(host: Host) -> dict[str, str]:
    """Where the tables of plugins are, for `Database`."""
    return {name: each.models for name, each in host.tables.items()}


def plugin_options(settings: Settings) -> PluginOptions:
    """Which plugins the settings want."""
    return PluginOptions(
        path=settings.plugins_path,
        allow=None if settings.plugins_allow is None else frozenset(settings.plugins_allow),
        deny=frozenset(settings.plugins_deny),
        # Without its files an installation is none.
        required=frozenset({*settings.plugins_required, settings.storage.partition(".")[0]}),
        safe_mode=settings.plugins_safe_mode,
        strict=settings.plugins_strict,
    )


@dataclass(frozen=True, slots=True)
class Runtime:
    """Handed to resolvers and job handlers as `request.app`; nothing below reads settings."""

    base_url: str
    base_domain: str
    multi_tenant: bool
    sign_up: SignUp
    trusted_documents_only: bool
    session_lifetime: timedelta
    invitation_lifetime: timedelta
    upload_max_bytes: int
    answer_max_bytes: int
    storage: StorageBackend[Any]
    files: FileLinks
    waking: Waking
    feeds: Feeds
    lookouts: Lookouts
    job_lookouts: Lookouts
    sealer: Sealer
    outgoing: Outgoing
    saved_queries: SavedQueries
    plugins: Host
    plugin_calls: Calls

    @classmethod
    def of(cls, settings: Settings, saved_queries: SavedQueries, plugins: Host) -> "Runtime":
        """Raises PluginsFailed, MissingVariable where files cannot be kept as the settings want it."""
        waking = waking_of(settings)
        return cls(
            base_url=settings.base_url,
            base_domain=settings.base_domain,
            multi_tenant=settings.multi_tenant,
            sign_up=SignUp(
                is_on=settings.sign_up,
                multi_tenant=settings.multi_tenant,
                plan=settings.sign_up_plan,
                address=settings.base_url,
            ),
            trusted_documents_only=settings.trusted_documents_only,
            session_lifetime=timedelta(days=settings.session_days),
            invitation_lifetime=timedelta(days=settings.invitation_days),
            upload_max_bytes=settings.upload_max_bytes,
            answer_max_bytes=settings.graphql_max_answer_bytes,
            storage=storage_of(settings, plugins),
            files=FileLinks(base_url=settings.base_url, secret=load_secret_key(settings)),
            waking=waking,
            feeds=Feeds(Listener(waking)),
            lookouts=Lookouts(Listener(waking, PRESENCE)),
            job_lookouts=Lookouts(Listener(waking, JOB_CHANGES)),
            sealer=Sealer(load_secret_keys(settings)),
            outgoing=Outgoing(allowed=Allowed.of(settings.outgoing_allow), plain_http=settings.outgoing_http),
            saved_queries=saved_queries,
            plugins=plugins,
            plugin_calls=Calls(),
        )
