"""Hooks only register: they reach nothing, start nothing, and answer the same whenever they are called."""

import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from core.pluginhost.examining.finding import Finding, Subject
from core.pluginhost.failures import Stage
from core.pluginhost.isolation import Broken, attempt
from core.pluginhost.kinds import KINDS

_REFUSED = (
    (socket.socket, "connect", "opens a connection"),
    (socket, "getaddrinfo", "looks a name up"),
    (threading.Thread, "start", "starts a thread"),
    (subprocess.Popen, "__init__", "starts a process"),
)


def only_registers(subject: Subject) -> Iterator[Finding]:
    for kind in KINDS:
        with _watched() as done:
            answers = [_called(subject, kind.hook, is_single=kind.is_single) for _ in range(2)]
        for each in dict.fromkeys(done):
            yield subject.fails(f"{kind.hook} {each}; a hook only says what there is.")
        if not done and None not in answers and answers[0] != answers[1]:
            # Processes would have different plugins.
            yield subject.fails(f"{kind.hook} answers otherwise when it is called again.")


def _called(subject: Subject, hook: str, *, is_single: bool) -> list[Any] | None:
    def call() -> list[Any]:
        returned = getattr(subject.plugin, hook)()
        return [returned] if is_single else list(returned)

    try:
        return attempt(subject.name, Stage.REGISTER, call)
    except Broken:
        return None  # told when it was loaded


@contextmanager
def _watched() -> Iterator[list[str]]:
    """What code within tries of what hooks must not do; none of it happens."""
    done: list[str] = []

    def refusal(told: str) -> Any:
        def refuse(*_given: Any, **_named: Any) -> None:
            done.append(told)
            raise PermissionError(f"a hook {told}")

        return refuse

    real = [(owner, name, getattr(owner, name)) for owner, name, _ in _REFUSED]
    for owner, name, told in _REFUSED:
        setattr(owner, name, refusal(told))
    try:
        yield done
    finally:
        for owner, name, each in real:
            setattr(owner, name, each)
