"""Keeping services alive, leashes, and the port: with real processes and sockets."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from core.door.port import check_port
from core.door.services import Child
from core.door.supervisor import supervise
from core.kit.leash import Leash
from core.kit.postgres import PostgresUnavailable

ROOT = Path(__file__).parents[2]


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def wait_for(condition: Callable[[], object], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        time.sleep(0.02)
    return bool(condition())


class Fragile:
    """A service that is dead until it was started `deaths` times."""

    name = "fragile"

    def __init__(self, deaths: int, clock: list[float], *, refuses: bool = False) -> None:
        self.starts: list[float] = []
        self._deaths, self._clock, self._refuses = deaths, clock, refuses

    def start(self) -> None:
        self.starts.append(self._clock[0])
        if self._refuses:
            raise PostgresUnavailable("no")

    def alive(self) -> bool:
        return len(self.starts) >= self._deaths


def run_for(service: Fragile, clock: list[float], seconds: float, monkeypatch: pytest.MonkeyPatch) -> None:
    def advance(by: float) -> None:
        clock[0] += by

    monkeypatch.setattr("core.door.supervisor.time.sleep", advance)
    supervise([service], until=lambda: clock[0] >= seconds, now=lambda: clock[0])


def test_a_dead_service_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    service = Fragile(1, clock)

    run_for(service, clock, 5, monkeypatch)

    assert len(service.starts) == 1
    assert service.starts[0] < 1


@pytest.mark.parametrize("refuses", [False, True])
def test_a_service_that_keeps_dying_is_tried_ever_more_rarely(
    monkeypatch: pytest.MonkeyPatch, refuses: bool
) -> None:
    clock = [0.0]
    service = Fragile(10**6, clock, refuses=refuses)

    run_for(service, clock, 300, monkeypatch)

    gaps = [later - earlier for earlier, later in zip(service.starts, service.starts[1:], strict=False)]
    assert gaps[0] < 1
    assert 29 < gaps[-1] < 31
    assert gaps == sorted(gaps, key=lambda gap: round(gap, 0))


def test_a_child_killed_from_outside_is_seen_and_restarted_with_its_group(folder: Path) -> None:
    (folder / "nursery.py").write_text(
        "import subprocess, sys, time\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "open('pids', 'a').write(f'{grandchild.pid}\\n')\n"
        "time.sleep(60)\n"
    )
    child = Child("nursery", "nursery", environment={"PYTHONPATH": str(folder)}, grace=1)
    here = Path.cwd()
    os.chdir(folder)
    try:
        child.start()
        assert wait_for((folder / "pids").exists)
        assert wait_for(lambda: (folder / "pids").read_text().endswith("\n"))
        grandchild = int((folder / "pids").read_text().split()[0])
        assert child._process is not None
        os.kill(child._process.pid, signal.SIGKILL)
        assert wait_for(lambda: not child.alive())
        assert child.exit_code == -signal.SIGKILL

        child.start()

        assert child.alive()
        assert wait_for(lambda: gone(grandchild))
    finally:
        child.kill()
        os.chdir(here)
    assert not child.alive()


def test_a_group_on_a_leash_goes_with_the_holder_even_when_it_is_deaf() -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import signal, subprocess, sys, time\n"
            "from core.kit.leash import Leash\n"
            "deaf = 'import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)'\n"
            "p = subprocess.Popen([sys.executable, '-c', deaf], start_new_session=True, stdout=subprocess.PIPE)\n"
            "p.stdout.readline()\n"
            "leash = Leash(p.pid, group=True, then_kill_after=1)\n"
            "print(p.pid, flush=True)\n"
            "time.sleep(60)\n",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout
    held = int(holder.stdout.readline())
    assert not gone(held)

    holder.kill()
    holder.communicate()

    assert wait_for(lambda: gone(held))


def test_a_released_leash_signals_nobody() -> None:
    with subprocess.Popen(["sleep", "60"]) as process:
        leash = Leash(process.pid)
        leash.release()
        leash.release()
        time.sleep(0.2)

        assert process.poll() is None
        process.kill()


def test_a_port_in_use_is_told_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(
            click.ClickException, match=f"Port {port} on 127.0.0.1 is already in use"
        ) as refused:
            check_port("127.0.0.1", port)

    assert "./desk serve --port" in refused.value.message
    check_port("127.0.0.1", port)


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(click.ClickException, match="--host"):
        check_port("192.0.2.1", 8000)
