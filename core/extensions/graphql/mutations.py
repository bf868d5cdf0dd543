"""Mutations of plugins."""

import strawberry
from strawberry import Maybe
from strawberry.scalars import JSON

from core.extensions import service
from core.extensions.graphql.tools import tools_of
from core.extensions.graphql.types import Plugin, PluginInstance, shown
from core.extensions.queries import granted_scopes
from core.kit.graph import Info, Payload, mutation, one
from core.kit.graph.inputs import EXPECTED_VERSION, given_values, needed_key

_CONFIG = "The configuration, as the provider's `configSchema` has it."


@strawberry.input(description="The plugin to enable.")
class PluginEnableInput:
    name: str = strawberry.field(description="Its name.")


@strawberry.input(description="The plugin to disable.")
class PluginDisableInput:
    name: str = strawberry.field(description="Its name.")


@strawberry.input(description="A provider of a plugin, to be configured.")
class PluginInstanceCreateInput:
    plugin: str = strawberry.field(description="The plugin's name; it must be enabled.")
    provider: str = strawberry.field(description="The provider's name.")
    label: str = strawberry.field(
        description="What people call it, unique in the plugin; at most 80 characters."
    )
    config: JSON = strawberry.field(description=_CONFIG)


@strawberry.input(description="A change of an instance: what is left out stays.")
class PluginInstanceUpdateInput:
    id: strawberry.ID = strawberry.field(description="The instance.")
    expected_version: int | None = strawberry.field(default=None, description=EXPECTED_VERSION)
    label: Maybe[str] = strawberry.field(default=None, description="What people call it.")
    config: Maybe[JSON] = strawberry.field(
        default=None, description=_CONFIG + " It replaces the former one, but secrets that are left out stay."
    )


@strawberry.input(description="The instance to delete.")
class PluginInstanceDeleteInput:
    id: strawberry.ID = strawberry.field(description="The instance.")


@strawberry.type(description="What `pluginEnable` answers.")
class PluginEnablePayload(Payload):
    plugin: Plugin | None = strawberry.field(default=None, description="The plugin, enabled.")


@strawberry.type(description="What `pluginDisable` answers.")
class PluginDisablePayload(Payload):
    plugin: Plugin | None = strawberry.field(
        default=None, description="The plugin, disabled; null when the server does not have it any more."
    )


@strawberry.type(description="What `pluginInstanceCreate` answers.")
class PluginInstanceCreatePayload(Payload):
    instance: PluginInstance | None = one("instance_id", "The new instance.")


@strawberry.type(description="What `pluginInstanceUpdate` answers.")
class PluginInstanceUpdatePayload(Payload):
    instance: PluginInstance | None = one("instance_id", "The instance as it is now.")


@strawberry.type(description="What `pluginInstanceDelete` answers.")
class PluginInstanceDeletePayload(Payload):
    deleted_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that names nothing any more."
    )


async def _shown(info: Info, name: str) -> Plugin | None:
    host = info.context.app.plugins
    found = next((each for each in host if each.name == name), None)
    granted = await granted_scopes(info.context.ctx.tenant_id, name)
    return found and shown(host, found, granted, info.context.locale)


@strawberry.type
class PluginMutation:
    @mutation(
        "Let a plugin work for this helpdesk, and grant it the scopes that it asks for. Again, it grants what an "
        "update of the plugin asks for since.",
        permission="plugin.manage",
    )
    async def plugin_enable(info: Info, input: PluginEnableInput) -> PluginEnablePayload:
        await service.enable_plugin(info.context.ctx, info.context.app.plugins, input.name)
        return PluginEnablePayload.of(plugin=await _shown(info, input.name))

    @mutation(
        "Let a plugin do nothing more for this helpdesk. Its configuration and what it has stored stay.",
        permission="plugin.manage",
    )
    async def plugin_disable(info: Info, input: PluginDisableInput) -> PluginDisablePayload:
        await service.disable_plugin(info.context.ctx, input.name)
        return PluginDisablePayload.of(plugin=await _shown(info, input.name))

    @mutation(
        "Configure a provider of a plugin. It is tried before it is saved.",
        permission="plugin.manage",
        waits=True,
    )
    async def plugin_instance_create(
        info: Info, input: PluginInstanceCreateInput
    ) -> PluginInstanceCreatePayload:
        new = service.NewInstance(
            plugin=input.plugin, provider=input.provider, label=input.label, config=input.config
        )
        key = await service.create_instance(info.context.ctx, new, tools_of(info.context))
        return PluginInstanceCreatePayload.of(instance_id=key)

    @mutation(
        "Change an instance. A configuration is tried before it is saved.",
        permission="plugin.manage",
        waits=True,
    )
    async def plugin_instance_update(
        info: Info, input: PluginInstanceUpdateInput
    ) -> PluginInstanceUpdatePayload:
        key = needed_key(input.id, "pin", "id")
        given = given_values(input, {"label": None, "config": None})
        patch = service.InstancePatch(**given, expected_version=input.expected_version)
        await service.update_instance(info.context.ctx, key, patch, tools_of(info.context))
        return PluginInstanceUpdatePayload.of(instance_id=key)

    @mutation("Delete an instance, with its secrets.", permission="plugin.manage")
    async def plugin_instance_delete(
        info: Info, input: PluginInstanceDeleteInput
    ) -> PluginInstanceDeletePayload:
        await service.delete_instance(info.context.ctx, needed_key(input.id, "pin", "id"))
        return PluginInstanceDeletePayload.of(deleted_id=input.id)
