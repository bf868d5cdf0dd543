"""An end for plugins' code that comes to none, where nothing but a person waits: in commands. A server is given none,
so that no busy machine decides which plugins there are."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

_AGAIN_SECONDS = 1.0
"""Code that caught it is told once more, so often."""
_MARGIN_SECONDS = 10.0
"""What is not done so much later stands in code that hears no signal; its process is ended."""


class TookTooLong(BaseException):
    """Raised in the midst of a plugin's code. No Exception, so that `except Exception` does not keep it by accident."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"It did not end within {seconds:g} seconds.")


@dataclass(slots=True)
class _Patience:
    seconds: float
    plugin: str = ""
    since: float | None = None
    """None while no code of a plugin runs."""


_patience: ContextVar[_Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patient_for(seconds: float, tell: Callable[[str], None]) -> Iterator[None]:
    """Within, each step of a plugin's code has so many seconds. Only in a process that may be ended, in its main
    thread: signals come to that. Before it ends the process it tells why."""
    patience, is_over = _Patience(seconds), threading.Event()
    threading.Thread(target=_end_process, args=(patience, is_over, tell), daemon=True).start()
    token = _patience.set(patience)
    try:
        yield
    finally:
        _patience.reset(token)
        is_over.set()


@contextmanager
def waited_for(plugin: str) -> Iterator[None]:
    """Raises TookTooLong within a step of this plugin's code, when somebody waits who does not for ever."""
    patience = _patience.get()
    is_heard = threading.current_thread() is threading.main_thread()
    if patience is None or patience.since is not None or not is_heard:
        yield
        return

    def ring(_signal: int, _frame: object) -> None:
        raise TookTooLong(patience.seconds)

    before = signal.signal(signal.SIGALRM, ring)
    rest = signal.setitimer(signal.ITIMER_REAL, patience.seconds, _AGAIN_SECONDS)
    patience.plugin, patience.since = plugin, time.monotonic()
    try:
        yield
    finally:
        patience.since = None
        signal.setitimer(signal.ITIMER_REAL, *rest)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)


def _end_process(patience: _Patience, is_over: threading.Event, tell: Callable[[str], None]) -> None:
    longest = patience.seconds + _MARGIN_SECONDS
    while not is_over.wait(0.5):
        since = patience.since
        if since is not None and time.monotonic() - since > longest:
            tell(_hanging(patience.plugin, patience.seconds))
            os._exit(1)


def _hanging(plugin: str, seconds: float) -> str:
    """What a person is told of a plugin that keeps even this process from going on."""
    return (
        f"The plugin {plugin} did not end within {seconds:g} seconds, and cannot be interrupted."
        f" DESKGRAPH_PLUGINS_DENY={plugin} leaves it out."
    )
