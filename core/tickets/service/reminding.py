"""When it is time to call a customer back, whoever has the ticket is told (M6). The ticket itself has not changed:
neither its version nor the time of its last change does."""

from dataclasses import replace

from core.kit.context import Context
from core.kit.database import fetch, transaction
from core.kit.events import Happening, record
from core.kit.ids import new_id

CALLBACK_DUE = "ticket.callback_due"
BATCH = 100
_TAKE = """
update tickets t set remind_at = null from (
  select id from tickets where tenant_id = :tenant and remind_at <= :now
  order by remind_at, id limit :batch for update skip locked) d
where t.tenant_id = :tenant and t.id = d.id
returning t.id, t.callback_at,
  t.state = 'ACTIVE' and t.status_category in ('NEW', 'OPEN', 'PENDING') as is_worked_on
"""


async def remind_of_callbacks(ctx: Context) -> int:
    """Tell of every callback of the current tenant whose time has come, once, and say how many. What is done or at rest
    by then is told of no more. A callback that is put off is told of at its new time."""
    told = 0
    values = {"tenant": ctx.tenant_id, "now": ctx.now(), "batch": BATCH}
    while True:
        async with transaction():
            rows = await fetch(_TAKE, values)
            due = [
                Happening(
                    CALLBACK_DUE, "ticket", row["id"], {"callback_at": [None, row["callback_at"].isoformat()]}
                )
                for row in rows
                if row["is_worked_on"]
            ]
            await record(replace(ctx, batch_id=new_id()), *due)
        if not rows:
            return told
        told += len(due)
