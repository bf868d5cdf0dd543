"""Jobs of tickets."""

from uuid import UUID

from core.kit.database import execute
from core.kit.jobs import Claimed

BATCH = 1000
_RERANK = """
update tickets t set priority_position = o.position from options o
where o.tenant_id = :tenant and o.id = :option and t.tenant_id = :tenant and t.id in (
  select r.id from tickets r where r.tenant_id = :tenant and r.priority_id = :option
    and r.priority_position <> (select position from options p where p.tenant_id = :tenant and p.id = :option)
  order by r.id limit :batch for update)
"""


async def rerank(job: Claimed) -> None:
    """Give the tickets of a priority its present rank, by which lists are ordered, a batch at a time. The tickets
    themselves have not changed: neither their version nor the time of their last change does."""
    values = {"tenant": job.tenant_id, "option": UUID(job.payload["option_id"]), "batch": BATCH}
    while await execute(_RERANK, values):
        pass
