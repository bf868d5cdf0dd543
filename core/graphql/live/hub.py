"""Everything that is open in this process: counted, looked at again, and ended with it."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphql import GraphQLSchema

from core.graphql.caller import Authenticate, Caller
from core.graphql.execution import Execution
from core.graphql.live.endings import Ended, going_away
from core.graphql.live.lifeline import Lifeline
from core.graphql.live.options import LiveOptions
from core.graphql.live.renewal import Rechecks, Renewal
from core.graphql.live.seats import Seats
from core.graphql.live.subscribing import Share, Subscriptions
from core.graphql.origins import Origins
from core.graphql.pipeline import Admission

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What went through one socket or stream."""

    operations: int = 0
    events: int = 0
    reason: str = "gone"


class Live:
    """One instance per process; `stop` is called before the server waits for what is open."""

    def __init__(
        self,
        schema: GraphQLSchema,
        options: LiveOptions,
        *,
        admission: Admission,
        execution: Execution,
        authenticate: Authenticate,
        origins: Origins,
        renewal: Renewal,
        share: Share,
        is_unavailable: Callable[[BaseException], bool],
    ) -> None:
        self.options = options
        self.admission = admission
        self.execution = execution
        self.authenticate = authenticate
        self.origins = origins
        self.renewal = renewal
        self.subscriptions = Subscriptions(schema, admission, execution, renewal, share)
        self._seats = Seats(options)
        self._rechecks = Rechecks(
            renewal, every_seconds=options.recheck_seconds, is_unavailable=is_unavailable
        )
        self._lines: set[Lifeline] = set()
        self._stopped: Ended | None = None

    def stop(self) -> None:
        """End what is open, and let nothing new begin."""
        self._stopped = going_away()
        for line in self._lines:
            line.end(self._stopped)

    def require_running(self) -> None:
        """Raises Ended once the process stops."""
        if self._stopped is not None:
            raise self._stopped

    @contextmanager
    def opened(self, caller: Caller, transport: str) -> Iterator[tuple[Lifeline, Counts]]:
        """Something open for this caller, for the length of the block. Raises Ended over a limit."""
        self.require_running()
        line, counts, begin = Lifeline(caller), Counts(), time.monotonic()
        with self._seats.taken(caller), self._rechecks.watching(line):
            self._lines.add(line)
            _log("live.opened", transport, caller)
            try:
                yield line, counts
            finally:
                self._lines.discard(line)
                seconds = round(time.monotonic() - begin, 1)
                _log(
                    "live.closed", transport, caller, reason=counts.reason, seconds=seconds,
                    operations=counts.operations, events=counts.events,
                )  # fmt: skip


def _log(what: str, transport: str, caller: Caller, **values: object) -> None:
    log.info(what, extra={"transport": transport, "tenant": caller.tenant_key, **values})
