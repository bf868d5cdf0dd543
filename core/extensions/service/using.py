"""Use of instances: build the provider from what is stored, call it, write down how it went."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.extensions.errors import InstanceUnusable, NotEnabled, UnknownProvider
from core.extensions.queries import granted_scopes
from core.extensions.service.migrating import brought_over
from core.extensions.service.noting import note_fault, note_good
from core.extensions.service.sealing import open_all
from core.extensions.service.tools import Tools
from core.extensions.states import Fault
from core.kit.context import Context
from core.kit.crypto import CannotOpen
from core.kit.database.sql import Row
from core.pluginhost.failures import Stage
from core.pluginhost.invoking import Call, NotCalled
from core.pluginhost.isolation import Broken, attempt
from core.pluginhost.providing import find_provider
from core.sdk import AuthFailed, NotGranted, Provider, ProviderError, Rejected, Retry, Unreachable

SEALED_FOR_GOOD = (
    "Its secrets cannot be read any more, since the server has another secret key; enter them again."
)


@dataclass(frozen=True, slots=True)
class Ready:
    """An instance that can be called. `scopes` are those its plugin may use."""

    row: Row
    provider: Provider[Any]
    secrets: Mapping[str, str]
    scopes: frozenset[str]


async def ready(ctx: Context, tools: Tools, instance: Row) -> Ready:
    """The instance, with its configuration brought over where its plugin has a newer form of it. No transaction is
    open. Raises UnknownProvider, NotEnabled, InstanceUnusable."""
    plugin = instance["plugin"]
    found = find_provider(tools.host, plugin, instance["provider"])
    granted = await granted_scopes(ctx.tenant_id, plugin)
    if found is None:
        raise UnknownProvider(path=("id",), plugin=plugin, name=instance["provider"])
    if granted is None:
        raise NotEnabled(path=("id",), name=plugin)
    try:
        secrets = open_all(tools.sealer, instance)
    except CannotOpen as error:
        await note_fault(ctx, instance, Fault.AUTH_FAILED, SEALED_FOR_GOOD, ())
        raise InstanceUnusable(path=("id",), label=instance["label"]) from error
    _, kind = found
    row, config = await brought_over(ctx, tools, instance, kind, secrets)
    scopes = tools.scopes(plugin, granted)
    try:
        provider = attempt(plugin, Stage.RUN, lambda: kind(config, tools.for_tenant(ctx, scopes)))
    except Broken as error:
        await note_fault(ctx, row, Fault.BROKEN, "", ())
        raise InstanceUnusable(path=("id",), label=row["label"]) from error
    return Ready(row, provider, secrets, scopes)


async def call_instance(
    ctx: Context,
    tools: Tools,
    instance: Ready,
    operation: str,
    *arguments: object,
    seconds: float,
    scope: str = "",
) -> Any:
    """What the provider's method answers. `scope` is what the plugin needs for it. How it went is written down. Raises
    ProviderError and Broken."""
    row, provider = instance.row, instance.provider
    if scope and scope not in instance.scopes:
        raise NotGranted(scope)
    call = Call(
        row["plugin"], row["provider"], operation, ctx.tenant_id, row["id"], blocks=type(provider).blocking
    )
    try:
        answer = await tools.calls.invoke(
            call, lambda: getattr(provider, operation)(*arguments), seconds=seconds
        )
    except (NotCalled, Rejected):
        raise  # it says nothing new of the instance
    except ProviderError as error:
        await note_fault(ctx, row, _fault(error), error.message, instance.secrets.values())
        raise
    except Broken:
        await note_fault(ctx, row, Fault.BROKEN, "", ())
        raise
    await note_good(ctx, row, is_current=row["config_version"] == type(provider).config_version)
    return answer


def _fault(error: ProviderError) -> Fault:
    match error:
        case AuthFailed():
            return Fault.AUTH_FAILED
        case Unreachable():
            return Fault.UNREACHABLE
        case Retry():
            return Fault.RETRY
    return Fault.BROKEN
