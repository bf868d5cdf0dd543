"""Secrets of instances: each sealed for its tenant, its instance and its member."""

from collections.abc import Mapping
from uuid import UUID

import orjson

from core.kit.crypto import CannotOpen, Place, Sealer
from core.kit.database import execute, fetch
from core.kit.database.sql import Row

RESEALED_AT_ONCE = 100


def seal_all(sealer: Sealer, tenant_id: UUID, instance_id: UUID, secrets: Mapping[str, str]) -> str:
    """As the column holds them."""
    sealed = {name: sealer.seal(each, _place(tenant_id, instance_id, name)) for name, each in secrets.items()}
    return orjson.dumps(sealed).decode()


def open_all(sealer: Sealer, instance: Row) -> dict[str, str]:
    """In the clear. Raises CannotOpen."""
    sealed: dict[str, str] = orjson.loads(instance["secrets"])
    return {
        name: sealer.open(each, _place(instance["tenant_id"], instance["id"], name))
        for name, each in sealed.items()
    }


def open_what_can_be(sealer: Sealer, instance: Row) -> dict[str, str]:
    """In the clear; nothing where the server has another secret key."""
    try:
        return open_all(sealer, instance)
    except CannotOpen:
        return {}


def _place(tenant_id: UUID, instance_id: UUID, member: str) -> Place:
    return Place(tenant_id, instance_id, f"plugin_instances.{member}")


async def reseal_instances(tenant_id: UUID, sealer: Sealer) -> int:
    """Seal anew, with the newest key, what an older one sealed. Says how many instances changed. Raises CannotOpen."""
    rows = await fetch(
        "select * from plugin_instances where tenant_id = :tenant and exists (select from jsonb_each_text(secrets) s"
        f" where not starts_with(s.value, :newest::text)) order by id limit {RESEALED_AT_ONCE} for update",
        {"tenant": tenant_id, "newest": sealer.prefix},
    )
    for row in rows:
        await execute(
            "update plugin_instances set secrets = :secrets::jsonb where tenant_id = :tenant and id = :id",
            {
                "secrets": seal_all(sealer, tenant_id, row["id"], open_all(sealer, row)),
                "tenant": tenant_id, "id": row["id"],
            },
        )  # fmt: skip
    return len(rows)
