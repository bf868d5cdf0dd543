"""One execution for all subscribers who would get the same answer.

What an execution may depend on is the event, the selection, and the viewer. The viewer's shape (tenant, kind, scope,
permissions, language) is part of the key. The rest of a viewer (who they are, their groups, their organisation) is
watched while the execution runs: what it never looked at cannot have changed the answer, so whoever agrees in shape
and in what was looked at gets the answer that is there.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from contextvars import Context as Variables
from dataclasses import dataclass, field, fields
from typing import Any, Protocol
from uuid import UUID

from core.kit.context import Viewer

PERSONAL = ("user_id", "group_ids", "organization_id", "is_founder", "token_id", "impersonator_id")
_NAMED = {"me": "user_id", "my_groups": "group_ids", "my_organization": "organization_id"}
_SHAPE = tuple(each.name for each in fields(Viewer) if each.name not in PERSONAL)
MOST_ENTRIES = 2000
MOST_BYTES = 16_000_000
_MOST_ANSWERS = 64
"""Of one event and selection, for as many different viewers."""

_AT_ONCE = 100
"""Of those who waited for one answer, told before anything else of the process has its turn."""

Values = tuple[object, ...]
Run = Callable[[Viewer], Awaitable[Any]]
Told = Callable[[Any], None]
"""Called with the answer, or with None where there is none to share."""


class Arrival(Protocol):
    """An event on its way to a subscriber."""

    @property
    def event_id(self) -> UUID: ...
    @property
    def viewer(self) -> Viewer: ...


class WatchedViewer(Viewer):
    """A viewer that remembers which personal attributes were looked at."""

    used: set[str]

    @classmethod
    def of(cls, viewer: Viewer) -> "WatchedViewer":
        made = cls(**{each.name: getattr(viewer, each.name) for each in fields(Viewer)})
        object.__setattr__(made, "used", set())
        return made

    def __getattribute__(self, name: str) -> Any:
        if name in PERSONAL:
            object.__getattribute__(self, "used").add(name)
        return object.__getattribute__(self, name)

    def parameters(self) -> dict[str, object]:
        """The same parameters; one counts as looked at when a statement names it."""
        return {name: _Unread(self, name) for name in _NAMED}


class _Unread:
    """A parameter that no statement has named yet."""

    __slots__ = ("_name", "_viewer")

    def __init__(self, viewer: Viewer, name: str) -> None:
        self._viewer, self._name = viewer, name

    def for_statement(self) -> object:
        """The value, from now on looked at."""
        value = getattr(self._viewer, _NAMED[self._name])
        return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One who does something else until the answer is there."""

    viewer: Viewer
    run: Run
    told: Told


@dataclass
class _Entry:
    """Answers to one selection about one event for one shape of viewer."""

    names: tuple[str, ...] = ()
    """Every personal attribute that some execution looked at."""
    answers: dict[tuple[str, ...], dict[Values, Any]] = field(default_factory=dict)
    running: dict[tuple[tuple[str, ...], Values], asyncio.Future[None]] = field(default_factory=dict)
    waiting: list[_Waiting] = field(default_factory=list)
    size: int = 0
    is_gone: bool = False
    """Whether it made room for others. Who has it still uses it to its end."""

    def found(self, viewer: Viewer) -> tuple[bool, Any]:
        for names, known in self.answers.items():
            values = _values(viewer, names)
            if values in known:
                return True, known[values]
        return False, None


def _values(viewer: Viewer, names: tuple[str, ...]) -> Values:
    return tuple(getattr(viewer, name) for name in names)


class Sharing:
    """Answers of this process, the last of them kept. What has gone is worked out again."""

    def __init__(self) -> None:
        self._entries: OrderedDict[Hashable, _Entry] = OrderedDict()
        self._size = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.runs = 0

    async def once(self, key: Hashable, arrival: Arrival, run: Run) -> Any:
        """What `run` answers about this event for this viewer, or answered for one whom it cannot tell from them. Those
        who ask at once wait for one execution; one that fails is nobody else's."""
        entry = self._entry(key, arrival)
        return await self._answered(entry, arrival.viewer, run)

    def soon(self, key: Hashable, arrival: Arrival, run: Run, told: Told) -> Any:
        """The same answer where it is there. Otherwise None, and `told` is called once it is, or has failed: then
        `once` is the way."""
        entry = self._entry(key, arrival)
        is_known, answer = entry.found(arrival.viewer)
        if is_known:
            return answer
        entry.waiting.append(_Waiting(arrival.viewer, run, told))
        if len(entry.waiting) == 1:
            self._begin(self._tell_all(entry))
        return None

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        # In a context of its own: who came first says nothing about the others.
        task = asyncio.get_running_loop().create_task(work, context=Variables())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _tell_all(self, entry: _Entry) -> None:
        """One execution, of the first, for everybody who has come by its end."""
        first = entry.waiting[0]
        answer = await self._answer_or_none(entry, first)
        waiting, entry.waiting = entry.waiting, []
        await self._tell(entry, first, answer, waiting)

    async def _answer_or_none(self, entry: _Entry, first: _Waiting) -> Any:
        try:
            return await self._answered(entry, first.viewer, first.run)
        except Exception:  # whoever waits asks again by themselves, and is told of it
            return None

    async def _tell(self, entry: _Entry, first: _Waiting, answer: Any, waiting: Sequence[_Waiting]) -> None:
        """Tell the first of these, and the others what it answers for them. Those for whom it does not are told apart
        by what it looked at, and have executions of their own."""
        apart: dict[Values, list[_Waiting]] = {}
        for place, each in enumerate(waiting):
            is_known, known = (True, answer) if each is first or answer is None else entry.found(each.viewer)
            if is_known:
                each.told(known)
            else:
                apart.setdefault(_values(each.viewer, entry.names), []).append(each)
            if place % _AT_ONCE == _AT_ONCE - 1:
                await asyncio.sleep(0)
        for group in apart.values():
            self._begin(self._tell_group(entry, group))

    async def _tell_group(self, entry: _Entry, group: Sequence[_Waiting]) -> None:
        await self._tell(entry, group[0], await self._answer_or_none(entry, group[0]), group)

    async def _answered(self, entry: _Entry, viewer: Viewer, run: Run) -> Any:
        while True:
            is_known, answer = entry.found(viewer)
            if is_known:
                return answer
            mine = (entry.names, _values(viewer, entry.names))
            running = entry.running.get(mine)
            if running is None:
                return await self._run(entry, mine, viewer, run)
            await asyncio.wait([running])

    async def _run(
        self, entry: _Entry, mine: tuple[tuple[str, ...], Values], viewer: Viewer, run: Run
    ) -> Any:
        ended = entry.running[mine] = asyncio.get_running_loop().create_future()
        watched = WatchedViewer.of(viewer)
        try:
            self.runs += 1
            answer = await run(watched)
            self._keep(entry, viewer, object.__getattribute__(watched, "used"), answer)
            return answer
        finally:
            del entry.running[mine]
            ended.set_result(None)

    def _keep(self, entry: _Entry, viewer: Viewer, used: set[str], answer: Any) -> None:
        names = tuple(sorted(used))
        entry.names = tuple(sorted({*entry.names, *used}))
        known, values = entry.answers.setdefault(names, {}), _values(viewer, names)
        if values not in known and len(known) >= _MOST_ANSWERS:
            return
        grown = _size_of(answer) - (_size_of(known[values]) if values in known else 0)
        known[values] = answer
        if not entry.is_gone:
            entry.size += grown
            self._size += grown
            self._make_room()

    def _entry(self, key: Hashable, arrival: Arrival) -> _Entry:
        """Of this selection, this event, and viewers of this shape."""
        whole = (key, arrival.event_id, _values(arrival.viewer, _SHAPE))
        found = self._entries.setdefault(whole, _Entry())
        self._entries.move_to_end(whole)
        self._make_room()
        return found

    def _make_room(self) -> None:
        while len(self._entries) > 1 and (len(self._entries) > MOST_ENTRIES or self._size > MOST_BYTES):
            _, gone = self._entries.popitem(last=False)
            gone.is_gone = True
            self._size -= gone.size


def _size_of(answer: Any) -> int:
    return len(answer) if isinstance(answer, bytes | str) else 1000
