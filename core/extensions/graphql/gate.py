"""Between the API and a plugin's functions: who may reach them, for how long, and what becomes of their failures."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from core.extensions.errors import NotEnabled, RejectedByPlugin
from core.extensions.graphql.tools import caller_of, tools_of
from core.extensions.queries import enabled_plugins
from core.extensions.service.calling import ForCaller
from core.extensions.service.refusing import refusal_of
from core.kit.graph import Request
from core.kit.graph.node import row_of
from core.kit.logging import get_logger
from core.pluginhost.invoking import invoke
from core.pluginhost.isolation import Broken
from core.sdk import ProviderError
from core.sdk.graphql import Mutation, Parent, Payload, TypeField

log = get_logger(__name__)

FIELD_SECONDS = 2.0
MUTATION_SECONDS = 5.0
Result = TypeVar("Result")


class PluginError(Exception):
    """A plugin's code failed or took too long. What it raised is in the log."""

    code = "PLUGIN_ERROR"
    message = "The plugin {plugin} failed."

    def __init__(self, plugin: str) -> None:
        self.values = {"plugin": plugin}
        super().__init__(self.message.format(**self.values))
        self.extensions = {"plugin": plugin}


async def granted_to(request: Request, plugin: str) -> frozenset[str] | None:
    """What the caller's tenant has granted it, None where it has not enabled it or its tables are not there; asked
    once for all plugins of an operation."""

    async def load(names: list[str]) -> list[frozenset[str] | None]:
        enabled, host = await enabled_plugins(request.ctx), tools_of(request).host
        return [enabled.get(name) if host.is_ready(name) else None for name in names]

    found: frozenset[str] | None = await request.loader(("enabled plugins",), load).load(plugin)
    return found


def guarded_load(plugin: str, name: str, field: TypeField) -> Callable[..., Awaitable[Sequence[Any]]]:
    """The field's function as reads call it: null for all where the plugin has no say, an error for each where it
    fails."""

    async def load(request: Request, rows: Sequence[Any]) -> Sequence[Any]:
        may = field.permission is None or request.viewer.may(field.permission)
        granted = await granted_to(request, plugin) if may else None
        if granted is None:
            return [None] * len(rows)
        caller = caller_of(request, plugin, granted)
        failed: set[str] = request.kept("failed plugins", set)
        # Whoever reads a level again, after a failure, is told the same at once.
        if plugin in failed:
            return [PluginError(plugin)] * len(rows)
        parents = [Parent(row_of(row), {each: getattr(row, each) for each in field.needs}) for row in rows]
        try:
            return await _within(
                plugin, name, lambda: _answers(plugin, field, caller, parents), FIELD_SECONDS
            )
        except (PluginError, ProviderError) as error:
            if isinstance(error, ProviderError):  # of which nothing was logged yet
                log.error("plugin.failed", plugin=plugin, stage=name, problem=type(error).__name__)
            failed.add(plugin)
            return [PluginError(plugin)] * len(rows)

    return load


async def _answers(plugin: str, field: TypeField, caller: ForCaller, parents: list[Parent]) -> Sequence[Any]:
    found = list(await field.load(caller, parents))
    if len(found) != len(parents):
        raise ValueError(f"{len(found)} values for {len(parents)} objects")
    return [PluginError(plugin) if isinstance(each, Exception) else each for each in found]


def guarded_call(plugin: str, mutation: Mutation) -> Callable[[Request, Any], Awaitable[Payload]]:
    """The mutation's function as the API calls it. Raises DomainError for what a person can act on, and
    PluginError."""

    async def call(request: Request, input: Any) -> Payload:
        granted = await granted_to(request, plugin)
        if granted is None:
            raise NotEnabled(name=plugin)
        caller = caller_of(request, plugin, granted)
        try:
            payload = await _within(
                plugin, mutation.name, lambda: mutation.handler(caller, input), MUTATION_SECONDS
            )
        except ProviderError as error:
            raise refusal_of(error, RejectedByPlugin) from error
        return payload

    return call


async def _within(
    plugin: str, operation: str, code: Callable[[], Awaitable[Result]], seconds: float
) -> Result:
    try:
        return await invoke(plugin, operation, code, seconds=seconds)
    except Broken as error:
        raise PluginError(plugin) from error
