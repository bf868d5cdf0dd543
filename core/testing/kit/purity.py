"""Finds out what code does that is to do nothing but answer."""

import _thread
import os
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import cache
from types import FrameType
from typing import Any, TypeVar
from zoneinfo import TZPATH

_OF_FILES = frozenset({"open", "os", "glob", "mmap", "shutil", "tempfile", "fcntl"})
_TOLD = _OF_FILES | {
    "ftplib", "http", "imaplib", "nntplib", "poplib", "pty", "resource", "signal", "smtplib", "socket", "sqlite3",
    "subprocess", "syslog", "telnetlib", "urllib", "webbrowser",
}  # fmt: skip
"""Modules of whose acts Python tells before they happen, as in `os.rmdir`: all of them reach beyond the code."""
_UNTOLD: dict[Any, str] = {
    _thread.start_new_thread: "_thread.start_new_thread", time.sleep: "time.sleep",
    **{getattr(os, name): f"os.{name}" for name in ("access", "lstat", "read", "readlink", "stat", "write")},
}  # fmt: skip
"""What it does not tell of, at least before 3.12: it is seen as it is called."""
_BUILT_IN = frozenset(each.__module__ for each in _UNTOLD)
_LOADERS = ("<frozen importlib", f"{os.sep}zoneinfo{os.sep}")
"""Code that reads files once for the whole process: modules, and zones of time."""
_reached: ContextVar[set[str] | None] = ContextVar("reached", default=None)
Answer = TypeVar("Answer")


def noting(reached: set[str], asked: Callable[[], Answer]) -> Answer:
    """Calls it, and notes what it reaches beyond itself, by Python's names: `open`, `os.rmdir`, `time.sleep`. All of it
    happens. Modules that it imports, and zones of time, may be read. What is not seen: what extension modules do by
    other means than Python's, and what threads do that were there before."""
    _hear()
    token, before = _reached.set(reached), sys.getprofile()
    sys.setprofile(_called)
    try:
        return asked()
    finally:
        sys.setprofile(before)
        _reached.reset(token)


@cache
def _hear() -> None:
    # Python takes no such hook away again: it is added once, and hears nothing unless somebody notes.
    sys.addaudithook(_heard)


def _heard(event: str, given: tuple[Any, ...]) -> None:
    module = event.partition(".")[0]
    if module in _TOLD and _reached.get() is not None:
        _note(event, may_load=module in _OF_FILES, path=given[0] if event == "open" else None)


def _called(_frame: FrameType, event: str, function: Any) -> None:
    # Few are looked up: a method is hashed with what it is of, which may have no hash.
    if event == "c_call" and function.__module__ in _BUILT_IN and function in _UNTOLD:
        _note(_UNTOLD[function], may_load=function.__module__ == os.stat.__module__)


def _note(name: str, *, may_load: bool, path: object = None) -> None:
    reached = _reached.get()
    if reached is not None and not (may_load and (_is_zone(path) or _is_loading())):
        reached.add(name)


def _is_zone(path: object) -> bool:
    """Whether a file has a zone of time: some are opened by code that is not Python's."""
    return isinstance(path, str) and path.startswith(TZPATH)


def _is_loading() -> bool:
    """Whether a loader asks for it, between the code that is watched and here."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not noting.__code__:
        if any(each in frame.f_code.co_filename for each in _LOADERS):
            return True
        frame = frame.f_back
    return False
