"""Whoever marks notifications takes them in one order, so that no two wait for each other."""

import asyncio
import contextvars
from collections.abc import Callable, Coroutine

import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch, transaction
from core.testing import Desk
from tests.notifications.telling import AWAY, MARK_ALL, let_time_pass, look_due, rows
from tests.notifications.test_mailing import assigned


async def _mail(desk: Desk) -> None:
    await look_due(desk, desk.agent)


async def _mark_all(desk: Desk) -> None:
    (await desk.agent.ask(MARK_ALL, input={})).payload("notificationMarkAllRead")


@pytest.mark.parametrize("take", [_mail, _mark_all])
async def test_notifications_are_taken_in_the_order_of_their_ids(
    desk: Desk, take: Callable[[Desk], Coroutine[None, None, None]]
) -> None:
    await assigned(desk)
    await assigned(desk, group="Second")
    first, second = sorted(row["id"] for row in await rows(desk, desk.agent))
    outside = contextvars.copy_context()
    with acting_for(desk.tenant_id):
        # Neither the time nor the place in the table follows the id.
        later = "update notifications set created_at = created_at + interval '1 second' where id = :id"
        await execute(later, {"id": first})
    await let_time_pass(desk, 2 * AWAY)

    with acting_for(desk.tenant_id):
        async with transaction():
            await fetch("select 1 from notifications where id = :id for update", {"id": first})
            taking = asyncio.ensure_future(
                outside.run(lambda: asyncio.create_task(take(desk), context=outside))
            )
            await asyncio.sleep(0.7)
            assert not taking.done()
            await fetch("select 1 from notifications where id = :id for update nowait", {"id": second})
    await taking

    assert all(row["read_at"] or row["mailed_at"] for row in await rows(desk, desk.agent))
