"""A leash: when this process dies, however it dies, the process on the leash is signalled.

A watcher waits on a pipe that only this process holds open. That works the same on Linux and macOS, after
`kill -9` too, and across a change of user, where the kernel drops a parent-death signal.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess

_WATCH = """
read -r word
if [ "$word" = released ]; then exit; fi
kill -s "$0" -- "$1" 2>/dev/null
waited=0
while [ "$waited" -lt "$2" ] && kill -s 0 -- "$1" 2>/dev/null; do sleep 1; waited=$((waited + 1)); done
if [ "$2" -gt 0 ]; then kill -s KILL -- "$1" 2>/dev/null; fi
"""


class Leash:
    """Holds process `pid`, or with `group` its whole process group, until released.

    With `then_kill_after`, what is still there so many seconds after the signal is killed.
    """

    def __init__(
        self,
        pid: int,
        send: signal.Signals = signal.SIGTERM,
        *,
        group: bool = False,
        then_kill_after: int = 0,
    ) -> None:
        target, name = str(-pid if group else pid), send.name.removeprefix("SIG")
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCH, name, target, str(then_kill_after)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def release(self) -> None:
        """Let go: the process ended, or is to outlive this one. May be called twice."""
        if self._watcher.returncode is None:
            with contextlib.suppress(BrokenPipeError):
                self._watcher.communicate(b"released\n")
