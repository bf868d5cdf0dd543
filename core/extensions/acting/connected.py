"""What a tenant has connected a plugin to, ready for use."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

import orjson

from core.extensions.service.sealing import open_all
from core.extensions.service.tools import ForTenant, Tools
from core.kit.crypto import CannotOpen
from core.kit.database import fetch
from core.kit.database.sql import Row
from core.kit.logging import get_logger
from core.pluginhost.configs import ConfigInvalid, validated
from core.pluginhost.failures import Stage
from core.pluginhost.isolation import Broken, attempt
from core.sdk import Connected, Integration

log = get_logger(__name__)
IntegrationT = TypeVar("IntegrationT", bound=Integration[Any])


async def connected(
    ctx: ForTenant, tools: Tools, plugin: str, kind: type[IntegrationT], *, only: UUID | None = None
) -> list[Connected[IntegrationT]]:
    """The instances of an integration, or the one with this key. One that cannot be built is left out, and logged."""
    rows = await fetch(
        "select * from plugin_instances where tenant_id = :tenant and plugin = :plugin and provider = :provider"
        " and (:only::uuid is null or id = :only) order by id",
        {"tenant": ctx.tenant_id, "plugin": plugin, "provider": kind.name, "only": only},
    )
    found = [_built(ctx, tools, plugin, kind, row) for row in rows]
    return [each for each in found if each is not None]


def _built(
    ctx: ForTenant, tools: Tools, plugin: str, kind: type[IntegrationT], row: Row
) -> Connected[IntegrationT] | None:
    try:
        given: Mapping[str, Any] = {**orjson.loads(row["config"]), **open_all(tools.sealer, row)}
        config = validated(kind.Config, given)
        built = attempt(plugin, Stage.RUN, lambda: kind(config, ctx))
    except (CannotOpen, ConfigInvalid, Broken) as error:
        log.error(
            "plugin.instance_unusable", plugin=plugin, instance=str(row["id"]), error=type(error).__name__
        )
        return None
    return Connected(row["id"], row["label"], built)
