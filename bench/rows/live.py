"""Events to a thousand WebSocket subscribers of one web process, beside a bare server that sends the same bytes with the
same settings to the same clients. One event at a time goes to either in turn, then many."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg

from bench.data import Subject
from bench.data.crowd import PEOPLE, SIGHTS, Crowd, gather
from bench.harness.listening import Listeners, Spread, listeners, timed
from bench.harness.load import ask_once, request_bytes
from bench.harness.processes import Server, cpu_seconds, memory_mb
from bench.harness.results import Result, figure, measured_against
from bench.harness.stage import Stage
from core.kit.database.connect import credentials

TARGET = 0.5
_TICKETS = 100
_TOGETHER = 10
"""Events of one transaction, where it is about how many a second."""
_TIMES_MANY = 3


def document(number: int) -> str:
    """What a subscriber asks for; another number is another document for the same bytes."""
    return (
        f"subscription Waiting{number} {{ ticketChanged {{ id cursor type occurredAt via actor {{ id name }}"
        " ... on TicketUpdated { changedFields ticket { id number title state version"
        " requester { id name } } } } }"
    )


@dataclass(frozen=True, slots=True)
class Crowding:
    """How subscribers differ."""

    name: str
    people: int = PEOPLE
    sights: int = 1
    documents: int = 1
    own: bool = False
    """What each may see is asked with values of their own."""

    @property
    def events(self) -> int:
        """How many are many."""
        return 1000 if self.people == 1 else 100

    def document_of(self, place: int) -> int:
        """Which document the subscriber at this place sends."""
        if self.documents <= self.sights:
            return place % self.documents
        return place // self.sights % (self.documents // self.sights)


ONE = Crowding("one", people=1)
CROWDS = (
    Crowding("alike"),
    Crowding("10 sights, a document each", sights=SIGHTS, documents=SIGHTS),
    Crowding("10 sights x 10 documents", sights=SIGHTS, documents=100),
    Crowding("a sight of their own each", own=True),
)


@dataclass(slots=True)
class Side:
    """One of the two servers, and what it showed."""

    server: Server
    joining_ms: float = 0.0
    """Processor time until all had subscribed."""
    held_mb: float = 0.0
    single: list[Spread] = field(default_factory=list)
    many: list[Spread] = field(default_factory=list)


def measure(stage: Stage) -> Iterator[Result]:
    subject = stage.subject(_TICKETS)
    rows = [
        each for each in CROWDS if not stage.asked.rows or any(row in each.name for row in stage.asked.rows)
    ]
    for row in (ONE, *rows):
        yield from asyncio.run(_compared(stage, row, subject))


async def _compared(stage: Stage, row: Crowding, subject: Subject) -> list[Result]:
    ours, bare = Side(stage.server("ours")), Side(stage.server("bare"))
    owner = await asyncpg.connect(**credentials(stage.url))
    try:
        crowd = await gather(owner, subject)
        await (crowd.see_each_their_own() if row.own else crowd.see_alike(row.sights))
        with listeners(ours.server) as of_ours, listeners(bare.server) as of_bare:
            _join(ours, of_ours, crowd, row)
            _join(bare, of_bare, crowd, row)
            await _alternate((ours, of_ours), (bare, of_bare), crowd, row, stage.asked.rounds)
    finally:
        await owner.close()
    return list(_results(row, ours, bare))


def _join(side: Side, waiting: Listeners, crowd: Crowd, row: Crowding) -> None:
    before, cpu = memory_mb(side.server.pid), cpu_seconds(side.server.pid)
    waiting.subscribe([
        {"token": crowd.tokens[place], "identity": str(uuid4()), "query": document(row.document_of(place))}
        for place in range(row.people)
    ])  # fmt: skip
    side.joining_ms = (cpu_seconds(side.server.pid) - cpu) * 1000
    time.sleep(3)
    side.held_mb = memory_mb(side.server.pid) - before


async def _alternate(
    ours: tuple[Side, Listeners], bare: tuple[Side, Listeners], crowd: Crowd, row: Crowding, rounds: int
) -> None:
    server, port = ours[0].server, bare[0].server.port
    text = (await timed(server, ours[1], 1, _writes(crowd, 1, 1))).text
    for times, events, turns in ((1, 1, rounds), (row.events, row.events, _TIMES_MANY)):
        together = min(events, _TOGETHER)
        for _ in range(turns):
            for (side, waiting), send in (
                (ours, _writes(crowd, events // together, together)), (bare, _posts(port, text, times)),
            ):  # fmt: skip
                taken = await timed(side.server, waiting, events, send)
                (side.single if events == 1 else side.many).append(taken)


def _writes(crowd: Crowd, transactions: int, events: int) -> Callable[[], Awaitable[float]]:
    async def write() -> float:
        begin = 0.0
        for _ in range(transactions):
            writing = crowd.owner.transaction()
            await writing.start()
            await crowd.happen(events)
            begin = begin or time.monotonic()
            await writing.commit()
        return begin

    return write


def _posts(port: int, text: str, times: int) -> Callable[[], Awaitable[float]]:
    async def post() -> float:
        begin = time.monotonic()
        await ask_once(port, request_bytes(port, f"/?times={times}", "-", text.encode()))
        return begin

    return post


def _results(row: Crowding, ours: Side, bare: Side) -> Iterator[Result]:
    name = f"an event to {row.people:,}, {row.name}" if row.people > 1 else "an event to one subscriber"

    def against(
        measured: str, unit: str, value: Callable[[Spread], float], *, many: bool = False,
        more_is_better: bool = False, target: float | None = None,
    ) -> Result:  # fmt: skip
        of_ours, of_bare = (side.many if many else side.single for side in (ours, bare))
        return measured_against(
            name, measured, [value(each) for each in of_ours], [value(each) for each in of_bare], unit,
            against="bare sends", more_is_better=more_is_better, target=target,
            bytes=len(of_ours[0].text.encode()), events=row.events if many else 1,
        )  # fmt: skip

    yield against("to the last", "ms", lambda each: each.last, target=TARGET if row.people > 1 else None)
    yield against("to the first", "ms", lambda each: each.first)
    yield against("server", "ms", lambda each: each.cpu)
    yield against("server, of many each", "ms", lambda each: each.cpu / row.events, many=True)
    yield against(
        "events a second",
        "events/s",
        lambda each: row.events / each.last * 1000,
        many=True,
        more_is_better=True,
    )
    if row.people > 1:
        for side, who in ((ours, "ours"), (bare, "bare")):
            held, joining = side.held_mb * 1000 / row.people, side.joining_ms / row.people
            yield figure(f"a connection, {row.name}, {who}", "resident", [held], "kB")
            yield figure(f"to begin a subscription, {row.name}, {who}", "server", [joining], "ms")
