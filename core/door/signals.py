"""The signals that ask to stop: an exception while starting, a flag while serving."""

from __future__ import annotations

import signal
from types import FrameType

_STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class StopRequest:
    """Listens from its creation on. `asked` counts the requests: the second one is impatient."""

    def __init__(self) -> None:
        self.asked = 0
        self._serving = False
        for number in _STOPPING:
            signal.signal(number, self._receive)

    def serving(self) -> None:
        """From now on a request is noted; before, it interrupts whatever is being done."""
        self._serving = True

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        self.asked += 1
        if not self._serving and self.asked == 1:
            raise SystemExit(128 + number)
