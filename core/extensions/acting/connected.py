"""What a tenant has connected a plugin to, ready for use."""

from typing import Any, TypeVar
from uuid import UUID

from core.extensions.errors import InstanceUnusable
from core.extensions.service.migrating import brought_over
from core.extensions.service.noting import note_fault
from core.extensions.service.sealing import open_all
from core.extensions.service.tools import ForTenant, Tools
from core.extensions.service.using import SEALED_FOR_GOOD
from core.extensions.states import STATE_AFTER, Fault
from core.kit.context import Context
from core.kit.crypto import CannotOpen
from core.kit.database import fetch
from core.kit.database.sql import Row
from core.kit.logging import get_logger
from core.pluginhost.failures import Stage
from core.pluginhost.isolation import Broken, attempt
from core.sdk import Connected, Integration

log = get_logger(__name__)
IntegrationT = TypeVar("IntegrationT", bound=Integration[Any])


async def connected(
    ctx: Context, given: ForTenant, tools: Tools, plugin: str, kind: type[IntegrationT], *, only: UUID | None
) -> list[Connected[IntegrationT]]:
    """The instances of an integration, or the one with this key, each made with what it is `given`, in the form that
    its plugin has now. One that cannot be built is left out, logged, and told where instances are."""
    rows = await fetch(
        "select * from plugin_instances where tenant_id = :tenant and plugin = :plugin and provider = :provider"
        " and (:only::uuid is null or id = :only) order by id",
        {"tenant": ctx.tenant_id, "plugin": plugin, "provider": kind.name, "only": only},
    )
    found = [await _built(ctx, given, tools, plugin, kind, row) for row in rows]
    return [each for each in found if each is not None]


async def _built(
    ctx: Context, given: ForTenant, tools: Tools, plugin: str, kind: type[IntegrationT], row: Row
) -> Connected[IntegrationT] | None:
    try:
        _, config = await brought_over(ctx, tools, row, kind, open_all(tools.sealer, row))
        built = attempt(plugin, Stage.RUN, lambda: kind(config, given))
    except (CannotOpen, InstanceUnusable, Broken) as error:
        log.error(
            "plugin.instance_unusable", plugin=plugin, instance=str(row["id"]), error=type(error).__name__
        )
        await _note(ctx, row, error)
        return None
    return Connected(row["id"], row["label"], built)


async def _note(ctx: Context, row: Row, error: Exception) -> None:
    """Once: whatever asks for instances comes here again. What could not be brought over says so itself."""
    if isinstance(error, InstanceUnusable):
        return
    fault = Fault.AUTH_FAILED if isinstance(error, CannotOpen) else Fault.BROKEN
    if row["state"] != STATE_AFTER[fault].value:
        await note_fault(ctx, row, fault, SEALED_FOR_GOOD if fault is Fault.AUTH_FAILED else "", ())
