"""What programs print that tests start: what they write to files, and what is read of their pipes at their end."""

import os
import stat
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PLACE = "what a program printed"


@dataclass(slots=True)
class _Followed:
    """A file that a program writes to, and how much of it was looked at."""

    program: "subprocess.Popen[Any]"
    file: Path
    read: int

    def news(self) -> bytes:
        """What is there beyond that, by whole lines while the program runs."""
        try:
            with self.file.open("rb") as file:
                file.seek(self.read)
                found = file.read()
        except OSError:
            return b""  # a test has removed it
        whole = found if self.has_ended else found[: found.rfind(b"\n") + 1]
        self.read += len(whole)
        return whole

    @property
    def has_ended(self) -> bool:
        return self.program.returncode is not None


class Printed:
    """The files that programs of this run write to."""

    def __init__(self) -> None:
        self._followed: list[_Followed] = []

    def follow(self, program: "subprocess.Popen[Any]", given: object) -> None:
        """From now on, if what was given as its output is a file."""
        file = _file_of(given)
        if file is not None and all(
            each.program is not program or each.file != file for each in self._followed
        ):
            self._followed.append(_Followed(program, file, file.stat().st_size))

    def news(self) -> bytes:
        """What they wrote since the last time. Those that ended are followed no more."""
        ended = [each for each in self._followed if each.has_ended]
        found = b"".join(each.news() for each in self._followed)
        self._followed = [each for each in self._followed if each not in ended]
        return found


def _file_of(given: object) -> Path | None:
    """Raises nothing: what has no number, or is no file, is none."""
    number = given if isinstance(given, int) else getattr(given, "fileno", lambda: -1)()
    if number < 0 or not stat.S_ISREG(os.fstat(number).st_mode):
        return None
    return Path(os.path.realpath(f"/dev/fd/{number}"))


def look_at_programs(
    patch: pytest.MonkeyPatch, printed: Printed, look: Callable[[str, str | bytes], None]
) -> None:
    """Follow the programs that are started, and look at what is read of them when they end."""
    popen: Any = subprocess.Popen
    start, communicate = popen.__init__, popen.communicate

    def started(self: Any, *given: Any, **named: Any) -> None:
        start(self, *given, **named)
        for stream in ("stdout", "stderr"):
            printed.follow(self, named.get(stream))

    def communicated(self: Any, *given: Any, **named: Any) -> Any:
        told = communicate(self, *given, **named)
        for each in told:
            look(PLACE, each or b"")
        return told

    patch.setattr(popen, "__init__", started)
    patch.setattr(popen, "communicate", communicated)
