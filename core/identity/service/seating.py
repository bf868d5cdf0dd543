"""Seats: how many agents a helpdesk may have by its plan."""

from core.kit.context import Context
from core.kit.database import take_turns
from core.tenants.errors import PlanSeatsTaken
from core.tenants.queries import plan_of, seats_taken


async def hold_seat(ctx: Context, *path: str) -> None:
    """The one place where the plan is asked whether there may be another agent. Whoever adds one at once waits until
    this transaction ends. Nobody is taken away where a smaller plan allows fewer. Raises PlanSeatsTaken."""
    plan = await plan_of(ctx.tenant_id)
    if plan.agents is None:
        return
    await take_turns("seats")
    if await seats_taken(ctx.tenant_id) >= plan.agents:
        raise PlanSeatsTaken(path=path, plan=plan.key, limit=plan.agents)
