"""What a call reaches is seen, whichever way it goes."""

import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from time import sleep
from zoneinfo import ZoneInfo

import pytest

from core.testing.kit.purity import noting


def reached_by(asked: Callable[[], object]) -> set[str]:
    reached: set[str] = set()
    noting(reached, asked)
    return reached


def fork() -> None:
    if not (child := os.fork()):
        os._exit(0)
    os.waitpid(child, 0)


def spawn() -> None:
    os.waitpid(os.posix_spawn("/bin/true", ["true"], {}), 0)


def thread() -> None:
    beside = threading.Thread(target=int)
    beside.start()
    beside.join()


def bind() -> None:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))


REACHES: dict[str, Callable[[], object]] = {
    "open": lambda: Path(__file__).read_bytes(),
    "os.stat": lambda: Path(__file__).exists(),
    "os.listdir": lambda: os.listdir("."),
    "os.rmdir": lambda: os.rmdir("not-there"),
    "os.chmod": lambda: os.chmod("not-there", 0o600),
    "os.symlink": lambda: os.symlink("not-there", "not-there/either"),
    "os.unsetenv": lambda: os.unsetenv("NOT_THERE"),
    "os.putenv": lambda: os.putenv("NOT_THERE", "x"),
    "os.fork": fork,
    "os.posix_spawn": spawn,
    "subprocess.Popen": lambda: subprocess.run(["/bin/true"], check=True),
    "socket.gethostbyname": lambda: socket.gethostbyname("127.0.0.1"),
    "socket.bind": bind,
    "_thread.start_new_thread": thread,
    "time.sleep": lambda: sleep(0),
}


@pytest.mark.parametrize("name", REACHES)
def test_what_is_reached_is_told_by_its_name(name: str) -> None:
    def asked() -> None:
        with contextlib.suppress(OSError):
            REACHES[name]()

    assert name in reached_by(asked)


def test_what_only_thinks_reaches_nothing() -> None:
    assert reached_by(lambda: sorted({"b": time.monotonic(), "a": 1}.items(), key=str)) == set()


def test_modules_and_zones_of_time_may_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "read_late.py").write_text("FOUND = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found = []

    reached = reached_by(lambda: found.append(import_module("read_late")))

    assert (reached, found[0].FOUND) == (set(), 1)
    assert reached_by(lambda: ZoneInfo.no_cache("Asia/Shanghai")) == set()


def test_only_files_may_be_reached_by_what_is_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sleeps_late.py").write_text("import time\ntime.sleep(0)\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)

    assert reached_by(lambda: import_module("sleeps_late")) == {"time.sleep"}
