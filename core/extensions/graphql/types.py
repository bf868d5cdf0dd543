"""What the API tells of plugins. Where they lie on the server, and what their code raised, is for operators."""

from datetime import datetime
from enum import Enum
from typing import Any

import orjson
import strawberry
from strawberry.scalars import JSON

from core.extensions.queries import instance_sight
from core.kit.graph import Node, column, node
from core.pluginhost import Failure, Host, Installed
from core.pluginhost.configs import schema_of
from core.pluginhost.kinds import INTEGRATIONS
from core.sdk import Integration


@strawberry.enum(description="How far the server came with a plugin when it started.")
class PluginState(Enum):
    LOADED = strawberry.enum_value("LOADED", description="It is there.")
    DEGRADED = strawberry.enum_value(
        "DEGRADED", description="It is there, without the part that is broken; `failures` says which."
    )
    NEEDS_MIGRATION = strawberry.enum_value(
        "NEEDS_MIGRATION",
        description="The operator has to bring its tables up to date; until then it does nothing.",
    )
    FAILED = strawberry.enum_value("FAILED", description="It is broken, and nothing of it is there.")
    OFF = strawberry.enum_value("OFF", description="The operator has switched it off.")


@strawberry.enum(description="Where a plugin failed.")
class PluginStage(Enum):
    FIND = strawberry.enum_value(
        "FIND", description="When it was looked for: it is missing, or its name is taken."
    )
    IMPORT = strawberry.enum_value("IMPORT", description="When its code was imported.")
    MANIFEST = strawberry.enum_value("MANIFEST", description="In what it says of itself.")
    API = strawberry.enum_value("API", description="It was made for another version of the plugin API.")
    HOOKS = strawberry.enum_value("HOOKS", description="In the shape of its hooks.")
    REGISTER = strawberry.enum_value(
        "REGISTER", description="In one of its hooks; what that brings is not there."
    )


@strawberry.type(description="Something that is wrong with a plugin.")
class PluginFailure:
    stage: PluginStage = strawberry.field(description="Where it failed.")
    problem: str = strawberry.field(description="What is wrong, in English. The server's log may say more.")


@strawberry.type(description="What of a plugin can be configured, as often as one likes.")
class PluginProvider:
    name: str = strawberry.field(description="Its name within the plugin.")
    title: str = strawberry.field(description="What people call it.")
    summary: str | None = strawberry.field(description="What it is for.")
    config_schema: JSON = strawberry.field(
        description="What a configuration is made of, as JSON Schema. What is `writeOnly` is a secret: sealed, and "
        "never shown again."
    )


@strawberry.type(description="A plugin that the server found when it started.")
class Plugin:
    name: str = strawberry.field(description="Its identity, which never changes.")
    state: PluginState = strawberry.field(description="How far the server came with it.")
    failures: list[PluginFailure] = strawberry.field(
        description="What is wrong with it; empty when nothing is."
    )
    title: str | None = strawberry.field(description="What people call it; null where it could not be read.")
    version: str | None = strawberry.field(description="Its version.")
    summary: str | None = strawberry.field(description="What it does.")
    homepage: str | None = strawberry.field(description="Where to read about it.")
    support_url: str | None = strawberry.field(description="Where to ask about it.")
    license: str | None = strawberry.field(description="Its licence.")
    is_enabled: bool = strawberry.field(description="Whether it works for this helpdesk.")
    providers: list[PluginProvider] = strawberry.field(description="What of it can be configured.")


_CONFIG = (
    "({t}.config || coalesce((select jsonb_object_agg(s.name, jsonb_build_object('set', true))"
    " from jsonb_object_keys({t}.secrets) s(name)), '{{}}'))::text"
)


@node(
    prefix="pin",
    table="plugin_instances",
    sight=instance_sight,
    is_few=True,
    description="A provider of a plugin as the helpdesk has configured it. Needs `plugin.manage` to be seen.",
)
class PluginInstance(Node):
    plugin: str = column("The plugin's name.", filter="word")
    provider: str = column("The provider's name within the plugin.")
    label: str = column("What people call it, unique in the plugin.", filter="string", order="string")
    config: JSON = column(
        'The configuration; in the place of a secret stands `{"set": true}`.',
        sql=_CONFIG,
        decode=orjson.loads,
    )
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


def shown(host: Host, each: Installed, *, is_enabled: bool) -> Plugin:
    """The plugin as the API tells it."""
    said: Any = each.manifest
    manifest = _MEMBERS if said is None else {name: getattr(said, name) or None for name in _MEMBERS}
    return Plugin(
        name=each.name,
        state=PluginState[each.state.name],
        failures=[_shown_failure(failure) for failure in each.failures],
        is_enabled=is_enabled,
        providers=[_provider(kind) for kind in host.brought_by(each.name, INTEGRATIONS)],
        **manifest,
    )


def _provider(kind: type[Integration[Any]]) -> PluginProvider:
    return PluginProvider(
        name=kind.name,
        title=kind.title,
        summary=kind.summary or None,
        config_schema=schema_of(kind.Config),  # type: ignore[arg-type] # what JSON is to the type checker
    )


_MEMBERS: dict[str, str | None] = dict.fromkeys(
    ("title", "version", "summary", "homepage", "support_url", "license")
)
"""What the API tells of a manifest; of one that could not be read, nothing."""


def _shown_failure(failure: Failure) -> PluginFailure:
    return PluginFailure(stage=PluginStage[failure.stage.name], problem=failure.shown)
