"""Brings configurations over to the form that a newer version of their plugin has."""

from collections.abc import Mapping
from typing import Any

import orjson

from core.extensions.errors import InstanceUnusable
from core.extensions.service.noting import note_fault
from core.extensions.service.sealing import seal_all
from core.extensions.service.tools import Tools
from core.extensions.service.trying import CHECK_SECONDS, storable
from core.extensions.states import Fault
from core.kit.context import Context
from core.kit.database import fetch_one, transaction
from core.kit.database.sql import Row
from core.kit.events import Happening, record
from core.pluginhost.configs import ConfigInvalid, parted
from core.pluginhost.isolation import Broken
from core.sdk import PluginConfig, Provider


async def brought_over(
    ctx: Context, tools: Tools, instance: Row, kind: type[Provider[Any]], secrets: Mapping[str, str]
) -> tuple[Row, PluginConfig]:
    """The row as it is then, and its configuration. Where that cannot be brought over, the instance says so, and the
    stored form serves on as long as it is valid. Raises InstanceUnusable."""
    stored = {**orjson.loads(instance["config"]), **secrets}
    version = instance["config_version"]
    if version < kind.config_version:
        try:
            config = await _validated(
                tools, instance, kind, lambda: dict(kind.migrate_config(version, dict(stored)))
            )
        except (ConfigInvalid, Broken):
            await note_fault(ctx, instance, Fault.MIGRATION, "", ())
        else:
            return await _kept(ctx, tools, instance, config, kind.config_version), config
    elif version > kind.config_version:
        await note_fault(ctx, instance, Fault.VERSION, "", ())
    try:
        return instance, await _validated(tools, instance, kind, lambda: stored)
    except (ConfigInvalid, Broken) as error:
        if version == kind.config_version:
            await note_fault(ctx, instance, Fault.MIGRATION, "", ())
        raise InstanceUnusable(path=("id",), label=instance["label"]) from error


async def _validated(tools: Tools, instance: Row, kind: type[Provider[Any]], given: Any) -> PluginConfig:
    return await tools.calls.validate(
        instance["plugin"], lambda: storable(kind.Config, given()), seconds=CHECK_SECONDS
    )


async def _kept(ctx: Context, tools: Tools, instance: Row, config: PluginConfig, version: int) -> Row:
    """The row with the new form; what somebody else made of it meanwhile stays, and comes over the next time."""
    shown, secrets = parted(config)
    async with transaction():
        row = await fetch_one(
            "update plugin_instances set config = :config::jsonb, secrets = :secrets::jsonb,"
            " config_version = :new, state = 'ACTIVE', error_code = null, error_message = null, error_at = null,"
            " updated_at = :now, version = version + 1"
            " where tenant_id = :tenant and id = :id and version = :read returning *",
            {
                "config": orjson.dumps(shown).decode(), "new": version, "now": ctx.now(),
                "secrets": seal_all(tools.sealer, ctx.tenant_id, instance["id"], secrets),
                "tenant": ctx.tenant_id, "id": instance["id"], "read": instance["version"],
            },
        )  # fmt: skip
        if row is not None:
            about = {"config_version": [instance["config_version"], version]}
            await record(ctx, Happening("plugin.migrated", "plugin_instance", instance["id"], about))
    return row or instance
