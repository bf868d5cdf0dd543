"""Make, change and delete instances. Whatever is saved was valid, and worked when it was tried."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from tortoise.exceptions import IntegrityError

from core.extensions.errors import (
    InstanceInUse,
    InstanceLabelTaken,
    NotEnabled,
    TooManyInstances,
    UnknownProvider,
)
from core.extensions.queries import PERMISSION, count_instances, get_instance, granted_scopes
from core.extensions.service.sealing import open_what_can_be, seal_all
from core.extensions.service.tools import Tools
from core.extensions.service.trying import Tried, tried
from core.identity.rights import check_above_all, refuse_impersonation
from core.kit.context import Context
from core.kit.database import execute, transaction
from core.kit.database.sql import Row
from core.kit.errors import Invalid, VersionConflict
from core.kit.events import Happening, record
from core.kit.ids import to_global
from core.kit.revising import lock_row, revise, unique_or
from core.pluginhost.configs import parted, secret_members
from core.pluginhost.providing import find_provider
from core.sdk import Provider
from core.tenants.service import check_name

MOST_INSTANCES = 25
"""Of one plugin, for one tenant."""
LONGEST_LABEL = 80
PREFIX = "pin"
SIGNS_IN = "sso"
"""The kind of providers that say who somebody is."""
SIGN_IN = "sign_in.manage"
"""Whose keys are changed says who comes in: so that is a right of signing in, wherever the keys are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInstance:
    """An instance to be."""

    plugin: str
    provider: str
    label: str
    config: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class InstancePatch:
    """What to change: None stays as it is. Of a configuration that is given, secrets that are left out stay."""

    label: str | None = None
    config: Any = None
    expected_version: int | None = None


async def create_instance(ctx: Context, new: NewInstance, tools: Tools) -> UUID:
    """Configure a provider of a plugin, after it was tried. Needs `plugin.manage`. Opens its own transactions, since
    the provider may ask other machines. Raises Forbidden, UnknownProvider, NotEnabled, Required, TooLong, BadConfig,
    CredentialsRefused, CannotBeReached, PluginBroke, TooManyInstances, InstanceLabelTaken."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    kind_name, kind = _provider(tools, new.plugin, new.provider)
    label = check_name(new.label, "label", limit=LONGEST_LABEL)
    granted = await granted_scopes(ctx.tenant_id, new.plugin)
    if granted is None:
        raise NotEnabled(path=("plugin",), name=new.plugin)
    scopes = tools.scopes(new.plugin, granted)
    found = await tried(ctx, tools, new.plugin, kind, new.config, scopes)
    key = ctx.new_id()
    async with transaction():
        if await count_instances(ctx, new.plugin) >= MOST_INSTANCES:
            raise TooManyInstances(limit=MOST_INSTANCES)
        with unique_or(InstanceLabelTaken(path=("label",), label=label)):
            await _insert(ctx, key, new, label, found, tools, (kind_name, kind))
        about = {"plugin": [None, new.plugin], "provider": [None, new.provider], "label": [None, label]}
        await record(ctx, Happening("plugin.configured", "plugin_instance", key, about))
    return key


async def _insert(
    ctx: Context, key: UUID, new: NewInstance, label: str, found: Tried, tools: Tools,
    kind: tuple[str, type[Provider[Any]]],
) -> None:  # fmt: skip
    shown, secrets = parted(found.config)
    await execute(
        "insert into plugin_instances (id, tenant_id, created_at, updated_at, ok_at, plugin, provider, kind, label,"
        " config, secrets, config_version, state, error_code, error_message, error_at, version) values (:id, :tenant,"
        " :now, :now, :now, :plugin, :provider, :kind, :label, :config::jsonb, :secrets::jsonb, :form, :state,"
        " :error_code, :error_message, :error_at, 1)",
        {
            "id": key, "tenant": ctx.tenant_id, "now": ctx.now(), "plugin": new.plugin, "provider": new.provider,
            "kind": kind[0], "form": kind[1].config_version, "label": label, "config": orjson.dumps(shown).decode(),
            "secrets": seal_all(tools.sealer, ctx.tenant_id, key, secrets), **found.columns(ctx.now()),
        },
    )  # fmt: skip


async def update_instance(ctx: Context, instance_id: UUID, patch: InstancePatch, tools: Tools) -> None:
    """Change an instance; a configuration is tried first. Needs `plugin.manage`, and `sign_in.manage` for the
    configuration of one that says who people are. Opens its own transactions. Raises what `create_instance` does,
    NotFound, and VersionConflict, also when somebody else changed it meanwhile; and CouldSignInAsOthers: by other keys,
    somebody could come in as those who may do more."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    before = await get_instance(ctx, instance_id)
    if patch.expected_version is not None and before["version"] != patch.expected_version:
        raise VersionConflict(current=to_global(PREFIX, instance_id))
    values: dict[str, Any] = {}
    if patch.label is not None:
        values["label"] = check_name(patch.label, "label", limit=LONGEST_LABEL)
    if patch.config is not None:
        if before["kind"] == SIGNS_IN:
            ctx.require(SIGN_IN, path=("config",))
            await check_above_all(ctx, "config")
        values |= await _reconfigured(ctx, before, patch.config, tools)
    async with transaction():
        row = await lock_row(
            ctx, "plugin_instances", instance_id, prefix=PREFIX, expected_version=before["version"]
        )
        with unique_or(InstanceLabelTaken(path=("label",), label=values.get("label", ""))):
            changes = await revise(ctx, "plugin_instances", row, values)
        if changes:
            about = {name: pair for name, pair in changes.items() if name == "label"}
            await record(ctx, Happening("plugin.reconfigured", "plugin_instance", instance_id, about))


async def _reconfigured(ctx: Context, before: Row, given: Any, tools: Tools) -> dict[str, Any]:
    """The columns of a new configuration, with the secrets that were kept."""
    _, kind = _provider(tools, before["plugin"], before["provider"], at="id")
    granted = await granted_scopes(ctx.tenant_id, before["plugin"])
    if granted is None:
        raise NotEnabled(path=("id",), name=before["plugin"])
    if not isinstance(given, dict):
        raise Invalid(path=("config",))
    kept = open_what_can_be(tools.sealer, before)  # else all secrets have to be given again
    hidden = secret_members(kind.Config)
    tried_now = await tried(
        ctx, tools, before["plugin"], kind, {**{name: kept[name] for name in hidden & kept.keys()}, **given},
        tools.scopes(before["plugin"], granted),
    )  # fmt: skip
    shown, secrets = parted(tried_now.config)
    text = orjson.dumps(shown).decode()
    found: dict[str, Any] = {} if orjson.loads(before["config"]) == shown else {"config": text}
    # It was tried, so it works: whatever was wrong is over.
    found |= {"config_version": kind.config_version, **tried_now.columns(ctx.now())}
    if secrets != kept:
        found["secrets"] = seal_all(tools.sealer, ctx.tenant_id, before["id"], secrets)
    return found


async def delete_instance(ctx: Context, instance_id: UUID) -> None:
    """Delete an instance with its secrets. Needs `plugin.manage`. Raises NotFound, InstanceInUse."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    row = await lock_row(ctx, "plugin_instances", instance_id, prefix=PREFIX)
    try:
        await execute(
            "delete from plugin_instances where tenant_id = :tenant and id = :id",
            {"tenant": ctx.tenant_id, "id": instance_id},
        )
        await execute("set constraints all immediate")  # others' tables name it; the commit would be too late
    except (asyncpg.ForeignKeyViolationError, IntegrityError) as error:
        raise InstanceInUse(path=("id",), label=row["label"]) from error
    about = {"plugin": [row["plugin"], None], "label": [row["label"], None]}
    await record(ctx, Happening("plugin.unconfigured", "plugin_instance", instance_id, about))


def _provider(
    tools: Tools, plugin: str, name: str, *, at: str = "provider"
) -> tuple[str, type[Provider[Any]]]:
    found = find_provider(tools.host, plugin, name)
    if found is None:
        raise UnknownProvider(path=(at,), plugin=plugin[:40], name=name[:40])
    return found
