"""The `deskgraph` command, run as people run it."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def deskgraph(*arguments: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "core", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DESKGRAPH_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def test_help_names_every_command(folder: Path) -> None:
    result = deskgraph("--help", folder=folder)

    assert result.returncode == 0
    for command in ("serve", "worker", "migrate", "schema", "tenant", "user", "token", "doctor"):
        assert f"\n  {command} " in result.stdout


def test_help_imports_no_framework() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, core.cli; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert not {"pydantic", "strawberry", "tortoise", "starlette", "asyncpg", "structlog"} & set(loaded)


def test_wrong_settings_are_a_message_not_a_traceback(folder: Path) -> None:
    result = deskgraph("migrate", folder=folder, DESKGRAPH_PORT="many", DESKGRAPH_HSOT="x")

    assert result.returncode == 1
    assert result.stderr.startswith("Error: 2 settings are wrong:")
    assert "did you mean DESKGRAPH_HOST?" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_worker_for_a_queue_needs_a_broker(folder: Path) -> None:
    result = deskgraph("worker", "--queue", "io", folder=folder)

    assert result.returncode == 1
    assert result.stderr.startswith("Error: One setting is wrong:\n  DESKGRAPH_BROKER_URL: ")
    assert list(folder.glob("*")) == []


@pytest.mark.parametrize("arguments", [["worker"], ["worker", "--queue", "heavy"], ["serve"]])
def test_a_broker_without_celery_is_a_message_that_says_what_to_install(
    folder: Path, tmp_path: Path, arguments: list[str]
) -> None:
    # A folder on the path whose `celery` is not there for whoever looks for it.
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nfind = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'celery' else find(name, *more)\n"
    )
    broker = {"DESKGRAPH_BROKER_URL": "amqp://guest@127.0.0.1:1//", "PYTHONPATH": str(tmp_path)}

    result = deskgraph(*arguments, folder=folder, **broker)

    assert result.returncode == 1
    assert result.stderr.startswith("Error: DESKGRAPH_BROKER_URL is set, but Celery is not installed.")
    assert "pip install -c lock.txt -e '.[broker]'" in result.stderr


def test_serve_refuses_a_port_in_use_before_anything_is_started(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = deskgraph("serve", "--port", str(taken.getsockname()[1]), folder=folder)

    assert result.returncode == 1
    assert "already in use" in result.stderr
    assert not (folder / "postgres").exists()


@pytest.mark.timeout(180)
def test_migrate_then_doctor_on_a_new_installation(folder: Path) -> None:
    first = deskgraph("migrate", folder=folder)
    second = deskgraph("migrate", folder=folder)
    examined = deskgraph("doctor", "--json", folder=folder)

    assert first.returncode == 0, first.stderr
    assert "migrations applied." in first.stdout
    assert second.stdout == "The database is up to date.\n"
    findings = {finding["name"]: finding for finding in json.loads(examined.stdout)}
    assert list(findings) == [
        "settings", "data folder", "disk space", "secret key", "files", "port", "mail",
        "database", "clock", "roles", "migrations", "plugins",
    ]  # fmt: skip
    assert findings["database"]["detail"].startswith("PostgreSQL ")
    assert findings["migrations"]["status"] == "ok"
    assert findings["clock"]["status"] == "ok"
    assert findings["roles"]["detail"] == "both serving roles are there"
    assert findings["mail"]["status"] == "warn"
    assert findings["plugins"]["status"] == "ok"


def test_doctor_tells_what_failed_and_ends_with_1(folder: Path) -> None:
    key = folder / "secret.key"
    key.write_text("x" * 64)
    key.chmod(0o644)

    result = deskgraph(
        "doctor",
        folder=folder,
        DESKGRAPH_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
        DESKGRAPH_SMTP_URL="smtp://127.0.0.1:1",
    )

    assert result.returncode == 1
    failed = [line.split()[1] for line in result.stdout.splitlines() if line.startswith("fail")]
    assert failed == ["secret", "mail:", "database:"]
    assert f"chmod 600 {key}" in result.stdout


def test_doctor_tells_every_wrong_setting(folder: Path) -> None:
    result = deskgraph("doctor", "--json", folder=folder, DESKGRAPH_PORT="many", DESKGRAPH_HSOT="x")

    findings = json.loads(result.stdout)
    assert result.returncode == 1
    assert [(each["name"], each["status"]) for each in findings] == [("settings", "fail")] * 2
    assert all(each["remedy"] for each in findings)
