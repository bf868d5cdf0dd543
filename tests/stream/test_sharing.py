"""One execution serves all whom it cannot tell apart, and nobody else."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from uuid import UUID

import pytest

from core.kit.context import TicketScope, UserKind, Viewer
from core.kit.database.sql import bind
from core.kit.ids import new_id
from core.kit.stream.sharing import Sharing

TENANT = new_id()


def viewer(**values: object) -> Viewer:
    base = Viewer(TENANT, new_id(), UserKind.AGENT, TicketScope.ALL, frozenset({"ticket.reply"}), (new_id(),))
    return replace(base, **values)  # type: ignore[arg-type]


@dataclass
class Arrival:
    event_id: UUID
    viewer: Viewer


class Counted:
    """An execution that counts its runs."""

    def __init__(self, work: Callable[[Viewer], object]) -> None:
        self.work, self.runs = work, 0

    async def __call__(self, seen: Viewer) -> bytes:
        self.runs += 1
        await asyncio.sleep(0)
        return repr(self.work(seen)).encode()


async def ask(sharing: Sharing, run: Callable[[Viewer], Awaitable[object]], *viewers: Viewer) -> list[object]:
    event = new_id()
    return list(
        await asyncio.gather(*(sharing.once("document", Arrival(event, each), run) for each in viewers))
    )


async def test_what_does_not_look_at_the_person_is_run_once_for_all_of_one_shape() -> None:
    run = Counted(lambda seen: (seen.is_staff, seen.may("ticket.reply")))

    answers = await ask(Sharing(), run, *(viewer() for _ in range(100)))

    assert (run.runs, set(answers)) == (1, {b"(True, True)"})


@pytest.mark.parametrize(
    "values",
    [
        {"permissions": frozenset({"ticket.reply", "ticket.note"})},
        {"scope": TicketScope.GROUP},
        {"kind": UserKind.CUSTOMER},
        {"locale": "zh-Hans"},
        {"time_zone": "Asia/Shanghai"},
        {"tenant_id": new_id()},
    ],
)
async def test_another_shape_is_another_execution(values: dict[str, object]) -> None:
    run = Counted(lambda _seen: None)

    await ask(Sharing(), run, viewer(), viewer(**values))

    assert run.runs == 2


async def test_what_looks_at_the_person_is_run_for_each_person() -> None:
    run = Counted(lambda seen: seen.user_id)
    people = [viewer() for _ in range(20)]

    answers = await ask(Sharing(), run, *people, *people)

    assert run.runs == 20
    assert answers == [repr(each.user_id).encode() for each in people] * 2


async def test_a_parameter_counts_once_a_statement_names_it() -> None:
    def statement(text: str) -> Counted:
        return Counted(lambda seen: bind(text, {**seen.parameters(), "tenant": seen.tenant_id})[1])

    group = (new_id(),)
    people = [viewer(group_ids=group) for _ in range(5)]
    by_group, by_person = statement("x = any(:my_groups) and y = :tenant"), statement("x = :me")

    assert await ask(Sharing(), by_group, *people) == [repr([list(group), TENANT]).encode()] * 5
    assert await ask(Sharing(), by_person, *people) == [repr([each.user_id]).encode() for each in people]
    assert (by_group.runs, by_person.runs) == (1, 5)


async def test_an_execution_that_goes_another_way_for_some_serves_only_those_it_may() -> None:
    """Members of a group are shown something of their own, others the same."""
    inside = (new_id(),)
    run = Counted(lambda seen: seen.user_id if seen.group_ids == inside else None)
    people = [viewer(group_ids=inside if place % 2 else ()) for place in range(20)]

    answers = await ask(Sharing(), run, *people)

    assert answers == [repr(each.user_id if each.group_ids else None).encode() for each in people]
    assert run.runs <= 12


async def test_two_events_and_two_documents_share_nothing() -> None:
    sharing, run, one = Sharing(), Counted(lambda _seen: None), viewer()
    for event in (new_id(), new_id()):
        for document in ("a", "b"):
            await sharing.once(document, Arrival(event, one), run)

    assert run.runs == 4


async def test_one_that_fails_is_nobody_elses() -> None:
    sharing, event, failures = Sharing(), new_id(), [True]

    async def run(_seen: Viewer) -> bytes:
        await asyncio.sleep(0)
        if failures:
            failures.pop()
            raise ValueError
        return b"well"

    answers = await asyncio.gather(
        *(sharing.once("d", Arrival(event, viewer()), run) for _ in range(5)), return_exceptions=True
    )
    assert [str(type(each).__name__) for each in answers] == ["ValueError", *["bytes"] * 4]


async def test_one_that_is_cancelled_lets_the_next_run() -> None:
    sharing, event, begun = Sharing(), new_id(), asyncio.Event()

    async def hang(_seen: Viewer) -> bytes:
        begun.set()
        await asyncio.Event().wait()
        return b""

    async def well(_seen: Viewer) -> bytes:
        return b"well"

    first = asyncio.create_task(sharing.once("d", Arrival(event, viewer()), hang))
    await begun.wait()
    second = asyncio.create_task(sharing.once("d", Arrival(event, viewer()), well))
    await asyncio.sleep(0)
    first.cancel()
    assert await asyncio.wait_for(second, 30) == b"well"


def kept(sharing: Sharing) -> int:
    """The bytes that are really there."""
    return sum(
        len(answer)
        for entry in sharing._entries.values()
        for known in entry.answers.values()
        for answer in known.values()
    )


async def test_what_is_kept_is_bounded_and_counted_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.kit.stream.sharing.MOST_BYTES", 5_000)
    sharing = Sharing()

    async def large(_seen: Viewer) -> bytes:
        return b"x" * 1000

    for _ in range(50):
        await sharing.once("d", Arrival(new_id(), viewer()), large)

    assert (len(sharing._entries), sharing._size, kept(sharing)) == (5, 5_000, 5_000)


async def test_what_ends_after_it_made_room_is_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.kit.stream.sharing.MOST_ENTRIES", 2)
    sharing, end = Sharing(), asyncio.Event()

    async def late(_seen: Viewer) -> bytes:
        await end.wait()
        return b"x" * 1000

    async def soon(_seen: Viewer) -> bytes:
        return b"y"

    waiting = [asyncio.create_task(sharing.once("d", Arrival(new_id(), viewer()), late)) for _ in range(5)]
    await asyncio.sleep(0)
    for _ in range(2):
        await sharing.once("d", Arrival(new_id(), viewer()), soon)
    end.set()

    assert await asyncio.gather(*waiting) == [b"x" * 1000] * 5
    assert (sharing._size, kept(sharing)) == (2, 2)


async def test_what_is_answered_twice_is_counted_once() -> None:
    """The second does not know yet that it waits for the same: what the first looks at is known at its end."""
    sharing, event, one, end = Sharing(), new_id(), viewer(), asyncio.Event()

    async def late(seen: Viewer) -> bytes:
        assert seen.user_id
        await end.wait()
        return b"x" * 1000

    first = asyncio.create_task(sharing.once("d", Arrival(event, one), late))
    await asyncio.sleep(0)
    (entry,) = sharing._entries.values()
    entry.names = ("user_id",)  # as another's execution, ended meanwhile, leaves it
    second = asyncio.create_task(sharing.once("d", Arrival(event, one), late))
    await asyncio.sleep(0)
    end.set()
    await asyncio.gather(first, second)

    assert sharing.runs == 2
    assert (sharing._size, kept(sharing)) == (1000, 1000)


async def test_executions_that_fail_leave_no_more_behind_than_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.kit.stream.sharing.MOST_ENTRIES", 3)
    sharing = Sharing()

    async def fail(_seen: Viewer) -> bytes:
        raise ValueError

    for _ in range(10):
        with pytest.raises(ValueError, match=r"^$"):
            await sharing.once("d", Arrival(new_id(), viewer()), fail)

    assert (len(sharing._entries), sharing._size) == (3, 0)


async def told_soon(
    sharing: Sharing, run: Callable[[Viewer], Awaitable[object]], *people: Viewer
) -> list[object]:
    """What each is told, at once or later, in the order of the people."""
    event, told = new_id(), [asyncio.get_running_loop().create_future() for _ in people]
    for person, future in zip(people, told, strict=True):
        answer = sharing.soon("document", Arrival(event, person), run, future.set_result)
        if answer is not None:
            future.set_result(answer)
    return list(await asyncio.wait_for(asyncio.gather(*told), 30))


async def test_many_who_do_not_wait_are_told_what_one_execution_answers() -> None:
    sharing, run = Sharing(), Counted(lambda seen: seen.scope)
    people = [viewer() for _ in range(350)]

    answers = await told_soon(sharing, run, *people)

    assert (run.runs, len(answers), len(set(answers))) == (1, 350, 1)


async def test_those_whom_it_does_not_answer_for_are_told_their_own() -> None:
    sharing, run = Sharing(), Counted(lambda seen: seen.group_ids)
    groups = [(new_id(),) for _ in range(4)]
    people = [viewer(group_ids=groups[place % 4]) for place in range(40)]

    answers = await told_soon(sharing, run, *people)

    assert answers == [repr(each.group_ids).encode() for each in people]
    assert run.runs == 4


async def test_more_different_ones_than_are_kept_are_all_told() -> None:
    run = Counted(lambda seen: seen.user_id)
    people = [viewer() for _ in range(150)]

    assert await told_soon(Sharing(), run, *people) == [repr(each.user_id).encode() for each in people]


async def test_where_it_fails_all_are_told_to_ask_themselves() -> None:
    async def run(_seen: Viewer) -> bytes:
        raise ValueError

    assert await told_soon(Sharing(), run, *(viewer() for _ in range(5))) == [None] * 5
