"""The stream is read in the order of commits: nothing is skipped, nothing comes twice."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from core.kit.context import acting_for
from core.kit.database import execute, fetch_value, transaction
from core.kit.database.connect import credentials
from core.kit.events import Happening, record
from core.kit.ids import new_id
from core.kit.stream import BEGINNING, Position, StoredEvent, load, position_now, read_after
from core.kit.stream.reading import is_held_back
from core.operating import operator_context
from core.testing import Desk
from tests.stream.writing import happen, own_type, until


async def settled(desk: Desk, position: Position, number: int, **values: Any) -> list[StoredEvent]:
    """The events after a position, once there are so many: other tests' transactions may hold them back."""

    async def enough() -> bool:
        return len(await read_after(position, limit=1000, **values)) >= number

    with acting_for(desk.tenant_id):
        await until(enough)
        return await read_after(position, limit=1000, **values)


async def test_events_come_in_order_with_what_they_tell(desk: Desk) -> None:
    with acting_for(desk.tenant_id):
        start = await position_now()
    one, two = own_type(), own_type()
    about = await happen(desk, one, two)
    await happen(desk, one)

    found = await settled(desk, start, 3)

    assert [each.type for each in found] == [one, two, one]
    assert [dict(each.changes) for each in found] == [
        {"place": [None, 0]}, {"place": [None, 1]}, {"place": [None, 0]}
    ]  # fmt: skip
    assert found[0].batch_id == found[1].batch_id != found[2].batch_id
    assert {each.subject_id for each in found[:2]} == {about}
    assert {each.tenant_id for each in found} == {desk.tenant_id}
    assert [each.position for each in found] == sorted(each.position for each in found)


async def test_a_reader_goes_on_where_it_stopped(desk: Desk) -> None:
    kind = own_type()
    for _ in range(7):
        await happen(desk, kind)
    whole = await settled(desk, BEGINNING, 7, types=[kind])

    read: list[UUID] = []
    position = BEGINNING
    with acting_for(desk.tenant_id):
        while page := await read_after(position, limit=3, types=[kind]):
            read += [each.id for each in page]
            position = Position.of(page[-1].position.cursor)

    assert read == [each.id for each in whole]
    assert len(set(read)) == 7


async def test_a_transaction_that_begins_first_and_commits_last_is_not_skipped(
    desk: Desk, database_url: str
) -> None:
    kind = own_type()
    early = await asyncpg.connect(**credentials(database_url))
    try:
        opened = early.transaction()
        await opened.start()
        slow = new_id()
        await early.execute(
            "insert into events (id, tenant_id, created_at, batch_id, type, subject_type, subject_id, changes, via)"
            " values ($1, $2, $3, $1, $4, 'ticket', $1, '{}', 'api')",
            slow, desk.tenant_id, datetime.now(UTC), kind,
        )  # fmt: skip
        await happen(desk, kind)
        with acting_for(desk.tenant_id):
            before = await read_after(BEGINNING, limit=10, types=[kind])
            held_back = await is_held_back()
        await opened.commit()
    finally:
        await early.close()

    assert before == []
    assert held_back is True
    found = await settled(desk, BEGINNING, 2, types=[kind])
    assert [each.id == slow for each in found] == [True, False]
    assert found[0].position.xid < found[1].position.xid


async def test_a_transaction_that_is_rolled_back_leaves_nothing_and_holds_nothing_back(desk: Desk) -> None:
    kind = own_type()
    with acting_for(desk.tenant_id), pytest.raises(ZeroDivisionError):
        async with transaction():
            await record(operator_context(desk.tenant_id), Happening(kind, "ticket", new_id()))
            raise ZeroDivisionError
    about = await happen(desk, kind)

    assert [each.subject_id for each in await settled(desk, BEGINNING, 1, types=[kind])] == [about]


async def test_what_happened_before_a_position_of_now_is_not_read_after_it(desk: Desk) -> None:
    kind = own_type()
    await happen(desk, kind)
    await settled(desk, BEGINNING, 1, types=[kind])
    with acting_for(desk.tenant_id):
        start = await position_now()
    about = await happen(desk, kind)

    assert [each.subject_id for each in await settled(desk, start, 1, types=[kind])] == [about]


async def test_only_the_own_tenant_and_only_the_subject_asked_for(desk: Desk, other: Desk) -> None:
    kind = own_type()
    about = await happen(desk, kind)
    await happen(desk, kind)
    theirs = await happen(other, kind, subject=about)

    found = await settled(desk, BEGINNING, 1, types=[kind], subject=about)
    assert theirs == about
    assert [(each.tenant_id, each.subject_id) for each in found] == [(desk.tenant_id, about)]
    foreign = await settled(other, BEGINNING, 1, types=[kind])
    with acting_for(desk.tenant_id):
        assert await load([foreign[0].id]) == []


async def test_events_are_loaded_in_the_order_of_their_ids(desk: Desk) -> None:
    kind = own_type()
    for _ in range(3):
        await happen(desk, kind)
    found = await settled(desk, BEGINNING, 3, types=[kind])
    wanted = [found[2], found[0], found[1]]

    with acting_for(desk.tenant_id):
        assert await load([each.id for each in wanted]) == wanted


@pytest.mark.parametrize("cursor", ["", "x", "nonsense!", "AAAA", "é", "_" * 32])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError):
        Position.of(cursor)


async def test_those_who_serve_can_neither_change_nor_remove_an_event(desk: Desk) -> None:
    kind = own_type()
    await happen(desk, kind)
    with acting_for(desk.tenant_id):
        for statement in (
            "update events set type = 'x' where type = :kind",
            "delete from events where type = :kind",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await execute(statement, {"kind": kind})
        assert await fetch_value("select count(*) from events where type = :kind", {"kind": kind}) == 1
