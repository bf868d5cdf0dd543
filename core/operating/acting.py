"""As whom operators act, and how they name things: tenants by slug, roles and groups by name."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from core.founding.acting import all_rights
from core.kit.context import Context
from core.kit.database import fetch, system_fetch
from core.kit.errors import Invalid, NotFound

Found = TypeVar("Found")


class NoSuchTenant(NotFound):
    """No tenant has this slug."""

    message = "There is no tenant {slug}; `./desk tenant list` shows which there are."


class NoSuchName(Invalid):
    """A role or group that the tenant does not have."""

    message = "There is no {kind} {name}; there is: {known}."


def operator_context(tenant_id: UUID, *, user_id: UUID | None = None) -> Context:
    """The context of an operator at the machine: every right, recorded as coming by the command line."""
    return Context(viewer=all_rights(tenant_id, user_id), via="cli")


def automatic_context(tenant_id: UUID) -> Context:
    """The context of what the product does by itself when its time has come: every right, and nobody who did it."""
    return replace(operator_context(tenant_id), via="schedule", is_automatic=True)


async def tenant_by_slug(slug: str) -> UUID:
    """Raises NoSuchTenant. Looks across tenants, as none is known yet."""
    rows = await system_fetch("select id from tenants where slug = :slug", {"slug": slug})
    if not rows:
        raise NoSuchTenant(slug=slug)
    found: UUID = rows[0]["id"]
    return found


async def role_keys(tenant_id: UUID) -> dict[str, UUID]:
    """A tenant's roles by key."""
    rows = await fetch("select key, id from roles where tenant_id = :tenant", {"tenant": tenant_id})
    return {row["key"]: row["id"] for row in rows}


async def roles_named(tenant_id: UUID, names: Iterable[str]) -> dict[str, UUID]:
    """Roles, by key, that operators call by key or name. Raises NoSuchName."""
    rows = await fetch(
        "select key, name, id from roles where tenant_id = :tenant order by key", {"tenant": tenant_id}
    )
    keys = {row["key"]: row["key"] for row in rows} | {row["name"].casefold(): row["key"] for row in rows}
    ids = {row["key"]: row["id"] for row in rows}
    return {key: ids[key] for key in _look_up("role", keys, names, ids)}


async def groups_named(tenant_id: UUID, names: Iterable[str]) -> list[UUID]:
    """Active groups by name. Raises NoSuchName."""
    rows = await fetch(
        "select name, id from groups where tenant_id = :tenant and is_active order by name",
        {"tenant": tenant_id},
    )
    ids = {row["name"].casefold(): row["id"] for row in rows}
    return _look_up("group", ids, names, [row["name"] for row in rows])


def _look_up(
    kind: str, known: Mapping[str, Found], names: Iterable[str], shown: Iterable[str]
) -> list[Found]:
    found: dict[Found, None] = {}
    for name in names:
        if name.casefold() not in known:
            raise NoSuchName(kind=kind, name=name, known=", ".join(shown) or "none yet")
        found[known[name.casefold()]] = None
    return list(found)
