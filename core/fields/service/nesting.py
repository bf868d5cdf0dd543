"""Trees of options: cascades and categories."""

from uuid import UUID

from core.fields.errors import OwnDescendant, ParentArchived, TooDeep
from core.fields.lists import DEEPEST, OptionList
from core.kit.context import Context
from core.kit.database import fetch, fetch_value
from core.kit.errors import NotFound
from core.kit.i18n import called

_ABOVE = """
with recursive above (id, parent_id, label, labels, is_active, height) as (
  select id, parent_id, label, labels, is_active, 1 from options
  where tenant_id = :tenant and id = :parent and list = :list and field_id is not distinct from :field::uuid
  union all
  select o.id, o.parent_id, o.label, o.labels, o.is_active, height + 1 from options o join above a on o.id = a.parent_id
    where o.tenant_id = :tenant and height < 100
) select id, label, labels, is_active from above order by height
"""
_BELOW = """
with recursive below (id, depth) as (
  select :root::uuid, 1
  union all
  select o.id, depth + 1 from options o join below b on o.parent_id = b.id where o.tenant_id = :tenant and depth < 100
) select max(depth) from below
"""


async def check_parent(
    ctx: Context, list: OptionList, field_id: UUID | None, parent_id: UUID, *, moved: UUID | None = None
) -> None:
    """Raises NotFound for a parent of another list, ParentArchived, OwnDescendant when `moved` would stand below
    itself, TooDeep when the tree would have more than 5 levels. The list must be locked."""
    above = await fetch(
        _ABOVE, {"tenant": ctx.tenant_id, "parent": parent_id, "list": list.value, "field": field_id}
    )
    if not above:
        raise NotFound(path=("parentId",))
    if moved in {row["id"] for row in above}:
        raise OwnDescendant(path=("parentId",))
    if not above[0]["is_active"]:
        raise ParentArchived(path=("parentId",), label=called(above[0]))
    depth = 1 if moved is None else await fetch_value(_BELOW, {"tenant": ctx.tenant_id, "root": moved})
    if len(above) + depth > DEEPEST:
        raise TooDeep(path=("parentId",), limit=DEEPEST)
