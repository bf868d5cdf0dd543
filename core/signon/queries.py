"""Sight of ways to sign in."""

from uuid import UUID

from core.kit.context import UserKind, Viewer
from core.kit.database import fetch, fetch_one, fetch_value
from core.kit.database.sql import Row

PERMISSION = "sign_in.manage"


def method_sight(viewer: Viewer, _alias: str) -> str:
    """Methods are for those who set them up."""
    return "true" if viewer.is_staff and viewer.may(PERMISSION) else "false"


_USABLE = """
c.is_enabled and exists (select from plugin_instances i join plugin_enablements e
  on e.tenant_id = i.tenant_id and e.plugin = i.plugin where i.tenant_id = c.tenant_id and i.id = c.instance_id)
"""


async def options_of(tenant_id: UUID) -> list[Row]:
    """What visitors may know of the ways to sign in: id, name, and whom each serves; and the tenant's host names."""
    return await fetch(
        "select c.id, c.name, c.serves, t.slug, t.domain from sign_in_methods c join tenants t on t.id = c.tenant_id"
        f" where c.tenant_id = :tenant and {_USABLE} order by c.name, c.id limit 20",
        {"tenant": tenant_id},
    )


async def usable_method(tenant_id: UUID, method_id: UUID) -> tuple[Row, Row] | None:
    """An enabled method and its instance."""
    key = {"tenant": tenant_id, "id": method_id}
    method = await fetch_one(
        f"select c.* from sign_in_methods c where c.tenant_id = :tenant and c.id = :id and {_USABLE}", key
    )
    if method is None:
        return None
    instance = await fetch_one(
        "select * from plugin_instances where tenant_id = :tenant and id = :id",
        {"tenant": tenant_id, "id": method["instance_id"]},
    )
    return None if instance is None else (method, instance)


async def is_password_off(tenant_id: UUID, kind: UserKind) -> bool:
    """Whether a method is the only way in for people of this kind."""
    return bool(
        await fetch_value(
            f"select exists (select from sign_in_methods c where c.tenant_id = :tenant and c.is_required"
            f" and c.serves = :serves and {_USABLE})",
            {"tenant": tenant_id, "serves": f"{kind.value}S"},
        )
    )
