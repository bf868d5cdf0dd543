"""Roles that hold everything, as administrators' do (B8), keep doing so."""

from collections.abc import Collection

import orjson

from core.identity.roles import FOUNDER_ROLE
from core.kit.context import Context
from core.kit.database import execute, fetch
from core.kit.events import Happening, record

_FULL = """
select id, permissions from roles where tenant_id = :tenant and key is distinct from :founder and ticket_scope = 'ALL'
  and permissions @> :full::jsonb order by id for update
"""
_EXTEND = """
update roles set updated_at = :now, version = version + 1, permissions = (select jsonb_agg(x.p order by x.p)
  from (select jsonb_array_elements_text(permissions) p union select unnest(:added::text[])) x)
where tenant_id = :tenant and id = any(:ids)
"""


async def extend_full_roles(ctx: Context, *, full: Collection[str], added: Collection[str]) -> None:
    """In the open transaction, give permissions to the roles that hold all of `full` and see all tickets. The founder's
    holds whatever there is by itself."""
    values = {"tenant": ctx.tenant_id, "founder": FOUNDER_ROLE, "full": orjson.dumps(sorted(full)).decode()}
    before = {row["id"]: set(orjson.loads(row["permissions"])) for row in await fetch(_FULL, values)}
    changed = {key: held for key, held in before.items() if not held.issuperset(added)}
    if not changed:
        return
    await execute(
        _EXTEND, {"tenant": ctx.tenant_id, "now": ctx.now(), "added": sorted(added), "ids": list(changed)}
    )
    await record(
        ctx,
        *(
            Happening("role.updated", "role", key, {"permissions": [sorted(held), sorted(held.union(added))]})
            for key, held in changed.items()
        ),
    )
