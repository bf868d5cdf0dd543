"""What the API tells of plugins. Where they lie on the server, and what their code raised, is for operators."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from typing import Any

import orjson
import strawberry
from strawberry.scalars import JSON

from core.extensions.graphql.enums import PluginInstanceFault, PluginInstanceState
from core.extensions.queries import instance_sight
from core.kit.graph import Node, column, node
from core.kit.i18n import translate
from core.pluginhost import Failure, Host, Installed
from core.pluginhost.configs import schema_of
from core.pluginhost.kinds import ACTIONS, CONDITIONS, Kind
from core.pluginhost.providing import providers_of
from core.sdk import SCOPES, PluginManifest, Provider


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


@strawberry.type(description="Something of the helpdesk that a plugin asks for.")
class PluginScope:
    name: str = strawberry.field(description="Its name.")
    description: str = strawberry.field(description="What it allows.")
    is_granted: bool = strawberry.field(
        description="Whether it was granted. Enabling the plugin, also again, grants what it asks for."
    )


@strawberry.type(description="What of a plugin can be configured, as often as one likes.")
class PluginProvider:
    kind: str = strawberry.field(
        description="What it is: `integration`; `sso`, a way to sign in; `notification_medium`, one to tell people."
    )
    name: str = strawberry.field(description="Its name within the plugin.")
    title: str = strawberry.field(description="What people call it.")
    summary: str | None = strawberry.field(description="What it is for.")
    config_schema: JSON = strawberry.field(
        description="What a configuration is made of, as JSON Schema. What is `writeOnly` is a secret: sealed, and "
        "never shown again."
    )


@strawberry.type(
    description="A condition or an action that a plugin has for rules. The product has no rules yet: nothing asks it."
)
class PluginRulePart:
    key: str = strawberry.field(description="What rules will know it by: `acme.names_parcels`.")
    title: str = strawberry.field(description="What people choose it by.")
    summary: str | None = strawberry.field(description="What it is for.")
    applies_to: list[str] = strawberry.field(
        description="Types of event, in order: where none of them happened it is not asked. Empty: it always is."
    )
    config_schema: JSON = strawberry.field(
        description="What is said of it in a rule, as JSON Schema. It has no secrets."
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
    scopes: list[PluginScope] = strawberry.field(description="What it asks for of this helpdesk.")
    is_enabled: bool = strawberry.field(description="Whether it works for this helpdesk.")
    providers: list[PluginProvider] = strawberry.field(description="What of it can be configured.")
    conditions: list[PluginRulePart] = strawberry.field(
        description="What rules will be able to ask of a ticket by it."
    )
    actions: list[PluginRulePart] = strawberry.field(description="What rules will be able to do by it.")


_CONFIG = (
    "({t}.config || coalesce((select jsonb_object_agg(s.name, jsonb_build_object('set', true))"
    " from jsonb_object_keys({t}.secrets) s(name)), '{{}}'))::text"
)


_STATE = (
    "case when exists (select from plugin_enablements e where e.tenant_id = {t}.tenant_id and e.plugin = {t}.plugin)"
    " then {t}.state else 'DISABLED' end"
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
    state: PluginInstanceState = column("How it is.", sql=_STATE, decode=PluginInstanceState)
    error_code: PluginInstanceFault | None = column(
        "What was wrong last; null when nothing is.", decode=PluginInstanceFault
    )
    error_message: str | None = column("What the plugin said of it. Secrets are left out.")
    error_at: datetime | None = column("When that was.")
    ok_at: datetime | None = column("When it last worked, to the minute.")
    created_at: datetime = column("When it was created.")
    updated_at: datetime = column("When it was last changed.")
    version: int = column("Rises with every change; for `expectedVersion`.")


def shown(host: Host, each: Installed, granted: frozenset[str] | None, locale: str) -> Plugin:
    """The plugin as the API tells it, in this language. `granted` is None where the tenant has not enabled it."""
    said: Any = each.manifest
    manifest = dict(_MEMBERS if said is None else {name: getattr(said, name) or None for name in _MEMBERS})
    manifest |= {name: translate(text, locale) for name in _WORDS if (text := manifest[name])}
    return Plugin(
        name=each.name,
        state=PluginState[each.state.name],
        failures=[_shown_failure(failure) for failure in each.failures],
        scopes=_scopes(said, granted or frozenset(), locale),
        is_enabled=granted is not None,
        providers=[_provider(*found, locale) for found in providers_of(host, each.name)],
        conditions=_rule_parts(host, each.name, CONDITIONS, locale),
        actions=_rule_parts(host, each.name, ACTIONS, locale),
        **manifest,
    )


def _scopes(manifest: PluginManifest | None, granted: frozenset[str], locale: str) -> list[PluginScope]:
    asked = sorted(manifest.scopes) if manifest is not None else ()
    return [
        PluginScope(name=name, description=translate(SCOPES[name], locale), is_granted=name in granted)
        for name in asked
    ]


def _provider(kind_name: str, kind: type[Provider[Any]], locale: str) -> PluginProvider:
    return PluginProvider(
        kind=kind_name,
        name=kind.name,
        title=translate(kind.title, locale),
        summary=translate(kind.summary, locale) or None,
        config_schema=_in_words(schema_of(kind.Config), locale),
    )


def _rule_parts(host: Host, plugin: str, kind: Kind[Any], locale: str) -> list[PluginRulePart]:
    return [
        PluginRulePart(
            key=f"{plugin}.{each.name}",
            title=translate(each.title, locale),
            summary=translate(each.summary, locale) or None,
            applies_to=sorted(each.applies_to),
            config_schema=_in_words(schema_of(each.Config), locale),
        )
        for each in host.brought_by(plugin, kind)
    ]


def _in_words(part: Any, locale: str) -> Any:
    """A JSON Schema whose titles and descriptions are in this language."""
    if isinstance(part, Mapping):
        return {
            name: translate(each, locale)
            if name in ("title", "description") and isinstance(each, str)
            else _in_words(each, locale)
            for name, each in part.items()
        }
    return [_in_words(each, locale) for each in part] if isinstance(part, list) else part


_WORDS = ("title", "summary")


_MEMBERS: dict[str, str | None] = dict.fromkeys(
    ("title", "version", "summary", "homepage", "support_url", "license")
)
"""What the API tells of a manifest; of one that could not be read, nothing."""


def _shown_failure(failure: Failure) -> PluginFailure:
    return PluginFailure(stage=PluginStage[failure.stage.name], problem=failure.shown)
