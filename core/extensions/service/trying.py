"""Tries a configuration before it is saved."""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from core.extensions.errors import BadConfig, PluginBroke
from core.extensions.service.refusing import refusal_of
from core.extensions.service.tools import Tools
from core.extensions.states import STATE_AFTER, Fault
from core.kit.context import Context
from core.kit.errors import DomainError, Errors
from core.kit.i18n import Words
from core.pluginhost.configs import ConfigInvalid, Wrong, parted, validated
from core.pluginhost.failures import Stage
from core.pluginhost.invoking import Call
from core.pluginhost.isolation import Broken, attempt
from core.sdk import PluginConfig, Provider, ProviderError, Unreachable

CHECK_SECONDS = 5.0
HELD_UP_SECONDS = 1.0
"""A check that blocks everybody for so long is told with the instance; any shorter one may be the machine's fault."""
MOST_BYTES = 65_536
"""Of a whole configuration, as JSON."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A configuration that works, and for how long its check held up the whole process, if it did."""

    config: PluginConfig
    held_up: float | None

    def columns(self, now: datetime) -> dict[str, Any]:
        """How an instance of it is."""
        if self.held_up is None:
            return {"state": "ACTIVE", "error_code": None, "error_message": None, "error_at": None}
        fault = Fault.BLOCKED
        told = (
            f"Its check blocked the whole server for {self.held_up:.1f} seconds; its author has to mend that."
        )
        return {
            "state": STATE_AFTER[fault].value,
            "error_code": fault.value,
            "error_message": told,
            "error_at": now,
        }


async def tried(
    ctx: Context,
    tools: Tools,
    plugin: str,
    kind: type[Provider[Any]],
    given: object,
    scopes: frozenset[str],
) -> Tried:
    """The configuration, valid and checked by the provider itself. No transaction is open. Raises Errors of BadConfig
    at their places, CredentialsRefused, CannotBeReached, PluginBroke."""
    stretches: list[float] = []
    try:
        config = await tools.calls.validate(
            plugin, lambda: storable(kind.Config, given), seconds=CHECK_SECONDS
        )
        built = attempt(plugin, Stage.RUN, lambda: kind(config, tools.for_tenant(ctx, scopes)))
        call = Call(plugin, kind.name, "check", ctx.tenant_id, blocks=kind.blocking, blocked=stretches.append)
        began = time.monotonic()
        await tools.calls.invoke(call, built.check, seconds=CHECK_SECONDS)
        if time.monotonic() - began > CHECK_SECONDS:  # it could not be cut off, since nothing else ran
            raise Unreachable("It took too long.")
    except ConfigInvalid as error:
        raise Errors([_located(each.problem, *each.path) for each in error.wrongs]) from None
    except ProviderError as error:
        secrets = parted(config)[1].values()
        raise refusal_of(error, BadConfig, path=("config",), secrets=secrets) from error
    except Broken as error:
        raise PluginBroke(path=("config",), name=plugin) from error
    longest = max(stretches, default=0.0)
    return Tried(config, longest if longest > HELD_UP_SECONDS else None)


def storable(kind: type[PluginConfig], given: object) -> PluginConfig:
    """A configuration that is the same when it comes back from where it is stored. Raises ConfigInvalid, and whatever
    the author's code raises."""
    config = validated(kind, given)
    shown, secrets = parted(config)
    try:
        text = orjson.dumps((shown, secrets))
    except TypeError:  # a number that JSON readers would not get whole
        raise ConfigInvalid([Wrong((), Words("it holds a number that is too large"))]) from None
    if b"\\u0000" in text:
        raise ConfigInvalid([Wrong((), Words("it holds a null character"))])
    if len(text) > MOST_BYTES:
        raise ConfigInvalid([Wrong((), Words.of("it is longer than {limit} bytes", {"limit": MOST_BYTES}))])
    return config


def _located(problem: Words, *path: str) -> DomainError:
    return BadConfig(path=("config", *path), problem=problem)
