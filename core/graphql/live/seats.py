"""How much may be open at once, for each caller and each tenant.

Each process counts for itself and has its share of the limit.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from core.graphql.caller import Caller
from core.graphql.live.endings import too_many_streams
from core.graphql.live.options import LiveOptions


class Seats:
    """The sockets and streams that are open."""

    def __init__(self, options: LiveOptions) -> None:
        self._of_caller = max(1, options.streams_per_caller // options.processes)
        self._of_tenant = max(1, options.streams_per_tenant // options.processes)
        self._taken: Counter[str] = Counter()

    @contextmanager
    def taken(self, caller: Caller) -> Iterator[None]:
        """Count one for the length of the block. Raises Ended over a limit."""
        limits = [(f"caller:{caller.bucket_key}", self._of_caller, False)]
        if caller.tenant_key is not None:
            limits.append((f"tenant:{caller.tenant_key}", self._of_tenant, True))
        for key, limit, of_tenant in limits:
            if self._taken[key] >= limit:
                raise too_many_streams(limit, of_tenant=of_tenant)
        keys = [key for key, _, _ in limits]
        self._taken.update(keys)
        try:
            yield
        finally:
            for key in keys:
                self._taken[key] -= 1
                if not self._taken[key]:
                    del self._taken[key]
