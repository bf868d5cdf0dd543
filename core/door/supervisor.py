"""Keeps services alive: starts again what died, a little later each time it dies again."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.door.services import Service
from core.kit.logging import get_logger
from core.kit.postgres import PostgresUnavailable

log = get_logger(__name__)

_FIRST_DELAY = 0.2
_LONGEST_DELAY = 30.0
_SETTLED_AFTER = 10.0
_TICK = 0.2


@dataclass
class _Watch:
    service: Service
    started: float
    deaths: int = 0
    due: float | None = None

    def tend(self, now: float) -> None:
        if self.due is not None:
            if now >= self.due:
                self._start_again(now)
        elif not self.service.alive():
            self._plan(now)

    def _plan(self, now: float) -> None:
        if now - self.started > _SETTLED_AFTER:
            self.deaths = 0
        delay = min(_FIRST_DELAY * 2**self.deaths, _LONGEST_DELAY)
        self.deaths += 1
        self.due = now + delay
        log.error("service.died", service=self.service.name, restart_in_seconds=delay)

    def _start_again(self, now: float) -> None:
        self.due, self.started = None, now
        try:
            self.service.start()
        except (PostgresUnavailable, OSError) as error:
            log.error("service.start_failed", service=self.service.name, reason=str(error))
            self._plan(now)
        else:
            log.info("service.restarted", service=self.service.name)


def supervise(
    services: Sequence[Service],
    *,
    until: Callable[[], bool],
    beside: Callable[[], None] = lambda: None,
    now: Callable[[], float] = time.monotonic,
) -> None:
    """Tend started services until `until()` says so; stopping them is the caller's. `beside` is called at each look."""
    watches = [_Watch(service, started=now()) for service in services]
    while not until():
        for watch in watches:
            watch.tend(now())
        beside()
        time.sleep(_TICK)
