"""The worker, for as long as there is something to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.app import runtime_of
from core.extensions.tasks import plugin_followers
from core.kit.jobs import Cancelled, Claimed, GoOnLater, Handler, Pace
from core.kit.jobs.running import run
from core.kit.jobs.table import claim
from core.kit.stream import Follower
from core.kit.stream.followers import AT_ONCE, fan_out
from core.pluginhost import Host
from core.worker import FOLLOWERS, handlers
from settings import Settings

_PACE = Pace(lease=timedelta(seconds=60), timeout=timedelta(seconds=30))


@dataclass(slots=True)
class Worker:
    """Does what the product's worker does, when it is told to."""

    _handlers: Mapping[str, Handler]
    _followers: Sequence[Follower]
    _raised: list[Exception] = field(default_factory=list)

    async def begin(self) -> None:
        """From now on, events are heard. One that has never looked hears nothing of what was before."""
        for follower in self._followers:
            while await fan_out(follower) == AT_ONCE:
                pass

    async def run(self) -> list[str]:
        """Turn committed events into jobs and run all jobs that are due, until none is. Says the kinds of those that
        ran, in order. Raises what handlers raised, all of it together."""
        ran: list[str] = []
        self._raised.clear()
        while True:
            await self.begin()
            jobs = await claim(self._handlers.keys(), limit=8, lease=_PACE.lease, full=[])
            if not jobs:
                break
            for job in jobs:
                await run(job, self._watched, _PACE)
                ran.append(job.kind)
        if self._raised:
            raise ExceptionGroup("jobs failed", list(self._raised))
        return ran

    async def _watched(self, job: Claimed) -> None:
        try:
            await self._handlers[job.kind](job)
        except (Cancelled, GoOnLater):
            raise
        except Exception as error:  # kept for the test, and raised on
            self._raised.append(error)
            raise


def worker_of(settings: Settings, host: Host) -> Worker:
    """The worker of a server with these settings and plugins."""
    runtime, _schema = runtime_of(settings, host)
    return Worker(handlers(settings, runtime), (*FOLLOWERS, *plugin_followers(host)))
