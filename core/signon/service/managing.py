"""Make, change and delete methods."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson

from core.identity.rights import check_above_all, check_grantable, refuse_impersonation
from core.kit.context import Context
from core.kit.database import execute, fetch, fetch_value
from core.kit.errors import DomainError, Errors, TooLong
from core.kit.events import Happening, record
from core.kit.revising import lock_row, revise, unique_or
from core.signon.errors import (
    MethodTaken,
    NoWayToSignIn,
    RolesForCustomers,
    TooManyMethods,
    TwiceMapped,
)
from core.signon.kinds import Serves
from core.signon.queries import PERMISSION
from core.tenants.service import check_name

MOST_METHODS = 20
MOST_MAPPED = 100
LONGEST_NAME = 80
LONGEST_GROUP = 200
PREFIX = "sim"


@dataclass(frozen=True, slots=True)
class Mapped:
    """Members of a group at the other side hold this role here."""

    group: str
    role_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMethod:
    """A method to be."""

    instance_id: UUID
    name: str
    serves: Serves
    is_enabled: bool = True
    is_required: bool = False
    provisions: bool = False
    links_by_email: bool = False
    role_map: Sequence[Mapped] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodPatch:
    """What to change: None stays as it is."""

    name: str | None = None
    is_enabled: bool | None = None
    is_required: bool | None = None
    provisions: bool | None = None
    links_by_email: bool | None = None
    role_map: Sequence[Mapped] | None = None
    expected_version: int | None = None


async def create_method(ctx: Context, new: NewMethod) -> UUID:
    """Let people sign in by an instance. Needs `sign_in.manage`. Raises Forbidden, NoWayToSignIn, Required, TooLong,
    RolesForCustomers, MethodTaken, TooManyMethods; Errors for roles that are not the viewer's to give; and
    CouldSignInAsOthers where agents are known by their addresses, and some may do more than the viewer."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    name = check_name(new.name, "name", limit=LONGEST_NAME)
    await _check_instance(ctx, new.instance_id)
    if new.links_by_email:
        await _check_linking(ctx, new.serves)
    mapped = await _checked_map(ctx, new.serves, new.role_map)
    await _check_count(ctx)
    key = ctx.new_id()
    with unique_or(MethodTaken(path=("name",))):
        await execute(
            "insert into sign_in_methods (id, tenant_id, created_at, updated_at, instance_id, name, serves,"
            " is_enabled, is_required, provisions, links_by_email, role_map, version) values (:id, :tenant, :now, :now,"
            " :instance, :name, :serves, :enabled, :required, :provisions, :links, :map::jsonb, 1)",
            {
                "id": key, "tenant": ctx.tenant_id, "now": ctx.now(), "instance": new.instance_id, "name": name,
                "serves": new.serves.value, "enabled": new.is_enabled, "required": new.is_required,
                "provisions": new.provisions, "links": new.links_by_email, "map": mapped,
            },
        )  # fmt: skip
    about = {"name": [None, name], "serves": [None, new.serves.value]}
    await record(ctx, Happening("sign_in_method.created", "sign_in_method", key, about))
    return key


async def update_method(ctx: Context, method_id: UUID, patch: MethodPatch) -> None:
    """Change a method. Needs `sign_in.manage`. Raises what `create_method` does, NotFound, VersionConflict."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    row = await lock_row(
        ctx, "sign_in_methods", method_id, prefix=PREFIX, expected_version=patch.expected_version
    )
    if patch.links_by_email and not row["links_by_email"]:
        await _check_linking(ctx, Serves(row["serves"]))
    plain = ("is_enabled", "is_required", "provisions", "links_by_email")
    values: dict[str, Any] = {name: value for name in plain if (value := getattr(patch, name)) is not None}
    if patch.name is not None:
        values["name"] = check_name(patch.name, "name", limit=LONGEST_NAME)
    if patch.role_map is not None:
        held = frozenset(UUID(each["role_id"]) for each in orjson.loads(row["role_map"]))
        mapped = await _checked_map(ctx, Serves(row["serves"]), patch.role_map, held=held)
        if orjson.loads(mapped) != orjson.loads(row["role_map"]):
            values["role_map"] = mapped
    with unique_or(MethodTaken(path=("name",))):
        changes = await revise(ctx, "sign_in_methods", row, values)
    if changes:
        about = {name: [_told(each) for each in pair] for name, pair in changes.items()}
        await record(ctx, Happening("sign_in_method.updated", "sign_in_method", method_id, about))


def _told(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str) and value.startswith("[") else value


async def delete_method(ctx: Context, method_id: UUID) -> None:
    """Delete a method, and who is who by it. Sessions go on. Needs `sign_in.manage`. Raises NotFound."""
    ctx.require(PERMISSION)
    refuse_impersonation(ctx)
    row = await lock_row(ctx, "sign_in_methods", method_id, prefix=PREFIX)
    key = {"tenant": ctx.tenant_id, "id": method_id}
    for table in ("linked_identities", "used_proofs"):
        await execute(f"delete from {table} where tenant_id = :tenant and method_id = :id", key)
    await execute("delete from sign_in_methods where tenant_id = :tenant and id = :id", key)
    about = {"name": [row["name"], None]}
    await record(ctx, Happening("sign_in_method.deleted", "sign_in_method", method_id, about))


async def _check_instance(ctx: Context, instance_id: UUID) -> None:
    found = await fetch_value(
        "select 1 from plugin_instances where tenant_id = :tenant and id = :id and kind = 'sso' for share",
        {"tenant": ctx.tenant_id, "id": instance_id},
    )
    if found is None:
        raise NoWayToSignIn(path=("instanceId",))


async def _check_linking(ctx: Context, serves: Serves) -> None:
    """Who says what the other side vouches for could come in as any agent that has an address."""
    if serves is Serves.AGENTS:
        await check_above_all(ctx, "linksByEmail")


async def _check_count(ctx: Context) -> None:
    await fetch("select id from tenants where id = :tenant for no key update", {"tenant": ctx.tenant_id})
    held = await fetch_value(
        "select count(*) from sign_in_methods where tenant_id = :tenant", {"tenant": ctx.tenant_id}
    )
    if held >= MOST_METHODS:
        raise TooManyMethods(limit=MOST_METHODS)


async def _checked_map(
    ctx: Context, serves: Serves, mapped: Sequence[Mapped], *, held: frozenset[UUID] = frozenset()
) -> str:
    """As the column holds it. What the map gives must be the viewer's to give: who sets it up gains nothing by it."""
    if mapped and serves is Serves.CUSTOMERS:
        raise RolesForCustomers(path=("roleMap",))
    if len(mapped) > MOST_MAPPED:
        raise TooLong(path=("roleMap",), limit=MOST_MAPPED)
    seen: set[str] = set()
    for place, each in enumerate(mapped):
        at = ("roleMap", str(place), "group")
        check_name(each.group, *at, limit=LONGEST_GROUP)
        if each.group in seen:
            raise TwiceMapped(path=at, group=each.group)
        seen.add(each.group)
    try:
        await check_grantable(ctx, [each.role_id for each in mapped], held=held)
    except Errors as error:
        raise Errors([_at_map(each) for each in error.errors]) from error
    return orjson.dumps([{"group": each.group, "role_id": str(each.role_id)} for each in mapped]).decode()


def _at_map(error: DomainError) -> DomainError:
    return error.at("roleMap", error.path[1], "roleId")
