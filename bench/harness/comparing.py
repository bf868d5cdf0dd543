"""Routes that do the same, in turn and in small slices, so that whatever else the machine does meets them alike."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from statistics import median

import orjson

from bench.harness.load import ask_once, press
from bench.harness.processes import Server, cpu_seconds, family_cpu, family_cpu_since


@dataclass(frozen=True, slots=True)
class Route:
    """One way to do it: where it is served, and what makes the next request."""

    name: str
    server: Server
    make: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is measured: slices of so many seconds, so many of each route."""

    seconds: float
    rounds: int
    postgres: int
    """The process id of PostgreSQL."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One route's turn. Processor time in milliseconds per request."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float
    database_ms: float

    def cost(self, measured: str) -> float:
        """Milliseconds per request, of what a row measures."""
        return {
            "server": self.cpu_ms,
            "database": self.database_ms,
            "server and database": self.cpu_ms + self.database_ms,
            "wall": self.p50_ms,
        }[measured]


async def take_slice(route: Route, pace: Pace, connections: int) -> Slice:
    cpu, family = cpu_seconds(route.server.pid), family_cpu(pace.postgres)
    pressed = await press(route.server.port, route.make, connections=connections, seconds=pace.seconds)
    cpu, database = cpu_seconds(route.server.pid) - cpu, family_cpu_since(pace.postgres, family)
    return Slice(
        per_second=pressed.requests / pressed.seconds,
        p50_ms=pressed.took[pressed.requests // 2] * 1000,
        p99_ms=pressed.took[int(pressed.requests * 0.99)] * 1000,
        cpu_ms=cpu / pressed.requests * 1000,
        database_ms=database / pressed.requests * 1000,
    )


async def alternate(routes: Sequence[Route], pace: Pace, connections: int) -> dict[str, list[Slice]]:
    """So many slices of each route, the first of each thrown away. Who begins changes from round to round."""
    taken: dict[str, list[Slice]] = {each.name: [] for each in routes}
    for each in routes:
        await take_slice(each, pace, connections)
    for number in range(pace.rounds):
        at = number % len(routes)
        for each in chain(routes[at:], routes[:at]):
            taken[each.name].append(await take_slice(each, pace, connections))
    return taken


async def check_same(*routes: Route) -> None:
    """Raises SystemExit unless all answer the same data, in the same order to the byte: a comparison would mean
    nothing. White space and how characters are escaped are the servers' own."""
    said = [
        orjson.dumps(json.loads(await ask_once(each.server.port, each.make()))["data"]) for each in routes
    ]
    for each, told in zip(routes, said, strict=True):
        if told != said[0]:
            raise SystemExit(
                f"{routes[0].name} and {each.name} answer differently; nothing was measured.\n"
                f"{said[0][:600].decode()}\n{told[:600].decode()}"
            )


@dataclass(frozen=True, slots=True)
class Figure:
    """A median with the least and the most of its slices."""

    middle: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Figure":
        return cls(median(values), min(values), max(values))

    def line(self) -> list[float]:
        """For a line of JSON."""
        return [round(each, 3) for each in (self.middle, self.least, self.most)]


def ratio_of(ours: Sequence[Slice], theirs: Sequence[Slice], measured: str) -> Figure:
    """What the other costs to what we cost, round by round: above 1 we are cheaper."""
    pairs = zip(ours, theirs, strict=True)
    return Figure.of([other.cost(measured) / own.cost(measured) for own, other in pairs])
