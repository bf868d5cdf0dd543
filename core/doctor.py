"""`deskgraph doctor`: examines an installation and says, for each finding, what to do."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

import asyncpg
import click

from core.door.database import address_of, open_installation
from core.door.port import check_port
from core.door.ready import answers
from core.door.served import as_served
from core.kit.broker import CeleryMissing, require_celery
from core.kit.database.connect import credentials
from core.kit.peers import certificate_trouble, told
from core.kit.postgres import PostgresUnavailable
from core.kit.waking import RedisMissing, require_redis
from core.migrations import runner
from core.pluginhost import PluginsFailed
from core.runtime import broker_of, redis_of, required_plugins_of, storage_of
from core.sdk import ProviderError
from settings import InvalidSettings, MissingVariable, Settings, secret_key_file, to_environment

Status = Literal["ok", "warn", "fail"]
_OLDEST_POSTGRES = 15
_MOST_SKEW = timedelta(seconds=2)
_LEAST_SPACE = 1024**3
PLUGIN_SECONDS = 60
"""So long plugins may take to be loaded."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing examined: how it is, and what to do when it is not well."""

    name: str
    status: Status
    detail: str
    remedy: str = ""


def examine() -> list[Finding]:
    """Everything, in the order in which one thing depends on another."""
    try:
        settings = as_served(Settings())
    except InvalidSettings as error:
        return [Finding("settings", "fail", str(problem), "Correct it.") for problem in error.problems]
    found = [Finding("settings", "ok", f"data folder {settings.data_dir}")]
    for check in (_data_folder, _disk_space, _secret_key, _files, _port, _mail, _broker, _redis):
        found += check(settings)
    return found + _database(settings)


def report(findings: list[Finding], *, as_json: bool) -> str:
    """The findings as text: one line each, and what to do below it."""
    if as_json:
        return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2)
    return "\n".join(line for finding in findings for line in _lines(finding))


def _lines(finding: Finding) -> Iterator[str]:
    colour = {"ok": "green", "warn": "yellow", "fail": "red"}[finding.status]
    yield f"{click.style(f'{finding.status:<4}', fg=colour)}  {finding.name}: {finding.detail}"
    if finding.remedy:
        yield f"      {finding.remedy}"


def _data_folder(settings: Settings) -> Iterator[Finding]:
    probe = settings.data_dir / ".doctor"
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        remedy = "Give this user the folder, or name another with DESKGRAPH_DATA_DIR."
        yield Finding("data folder", "fail", f"not writable ({error.strerror})", remedy)
    else:
        yield Finding("data folder", "ok", "writable")


def _disk_space(settings: Settings) -> Iterator[Finding]:
    if not settings.data_dir.exists():
        return
    free = shutil.disk_usage(settings.data_dir).free
    detail = f"{free / 1024**3:.1f} GiB free"
    if free < _LEAST_SPACE:
        yield Finding("disk space", "warn", detail, "Free some space: a full disk stops the database.")
    else:
        yield Finding("disk space", "ok", detail)


def _secret_key(settings: Settings) -> Iterator[Finding]:
    path = secret_key_file(settings)
    if settings.secret_key is not None:
        yield Finding("secret key", "ok", "from the environment")
    elif not path.exists():
        yield Finding("secret key", "ok", "will be made at the first start")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("secret key", "fail", f"others may read {path}", f"chmod 600 {path}")
    else:
        yield Finding("secret key", "ok", f"{path}, readable by its owner only; back it up")


def _files(settings: Settings) -> Iterator[Finding]:
    try:
        storage = storage_of(settings, required_plugins_of(settings))
        asyncio.run(storage.check())
    except (MissingVariable, PluginsFailed) as error:
        remedy = "Correct DESKGRAPH_STORAGE and DESKGRAPH_STORAGE_CONFIG."
        yield Finding("files", "fail", str(error), remedy)
    except ProviderError as error:
        yield Finding("files", "fail", error.message, "See the backend's page, and that it can be reached.")
    else:
        yield Finding("files", "ok", f"kept by {settings.storage}")


def _port(settings: Settings) -> Iterator[Finding]:
    if answers(settings, "/readyz"):
        yield Finding("port", "ok", f"{settings.host}:{settings.port} is served and ready")
        return
    try:
        check_port(settings.host, settings.port)
    except click.ClickException as error:
        yield Finding("port", "fail", "taken, and not ready", error.message)
    else:
        yield Finding("port", "ok", f"{settings.host}:{settings.port} is free")


def _mail(settings: Settings) -> Iterator[Finding]:
    if settings.smtp_url is None:
        where = settings.data_dir / "mail"
        remedy = "Set DESKGRAPH_SMTP_URL to send it."
        yield Finding("mail", "warn", f"is not sent but kept in {where}", remedy)
        return
    parts = urlsplit(settings.smtp_url.get_secret_value())
    host, port = parts.hostname or "", parts.port or 587
    try:
        with closing(socket.create_connection((host, port), timeout=5)):
            yield Finding("mail", "ok", f"{host}:{port} is reachable")
    except OSError as error:
        remedy = "Check DESKGRAPH_SMTP_URL and the firewall between here and there."
        yield Finding("mail", "fail", f"{host}:{port} is not reachable ({error})", remedy)


def _broker(settings: Settings) -> Iterator[Finding]:
    broker = broker_of(settings)
    if broker is None:
        return
    try:
        require_celery()
    except CeleryMissing as error:
        yield Finding("broker", "fail", "Celery is not installed", str(error))
        return
    from core.kit.broker.examining import Unfit, examine

    try:
        yield Finding("broker", "ok", examine(broker))
    except Unfit as error:
        yield Finding(
            "broker", "fail", str(error), "Upgrade the broker, or allow its user to make such queues."
        )
    except Exception as error:  # each transport raises its own
        yield _unreachable("broker", error, "BROKER", "Until then jobs wait in the database.")


def _redis(settings: Settings) -> Iterator[Finding]:
    redis = redis_of(settings)
    if redis is None:
        return
    try:
        require_redis()
    except RedisMissing as error:
        yield Finding("redis", "fail", "its client is not installed", str(error))
        return
    from core.kit.waking.examining import Deaf, examine

    until_then = "Until then processes wake each other late, and count points each for itself."
    try:
        yield Finding("redis", "ok", asyncio.run(examine(redis)))
    except Deaf as error:
        yield Finding("redis", "fail", str(error), "Let its user publish and subscribe: &deskgraph:*.")
    except Exception as error:  # each kind of connection raises its own
        yield _unreachable("redis", error, "REDIS", until_then)


def _unreachable(name: str, error: Exception, setting: str, until_then: str) -> Finding:
    if certificate_trouble(error):
        remedy = (
            f"Name the authority that signed it with DESKGRAPH_{setting}_CA_FILE, and the host that it is for in"
            f" DESKGRAPH_{setting}_URL. {until_then}"
        )
        return Finding(name, "fail", f"not trusted ({told(error)})", remedy)
    remedy = f"Start it, and check DESKGRAPH_{setting}_URL and the firewall. {until_then}"
    return Finding(name, "fail", f"not reachable ({told(error)})", remedy)


def _database(settings: Settings) -> list[Finding]:
    try:
        with open_installation(settings) as ready:
            found = asyncio.run(_examine_database(ready, is_ours=settings.database_url is None))
            return [*found, *_plugins(ready)]
    except (PostgresUnavailable, OSError, asyncpg.PostgresError, TimeoutError) as error:
        remedy = "Start the database, and check DESKGRAPH_DATABASE_URL if it is set."
        return [Finding("database", "fail", str(error) or type(error).__name__, remedy)]


def _plugins(settings: Settings) -> Iterator[Finding]:
    """Loaded in a process of their own: what one of them does to it must not be done to this one."""
    try:
        told = subprocess.run(
            [sys.executable, "-m", "core", "plugin", "list", "--json"], env={**os.environ, **to_environment(settings)},
            capture_output=True, text=True, timeout=PLUGIN_SECONDS, check=False,
        )  # fmt: skip
        states = {each["name"]: each["state"] for each in json.loads(told.stdout)}
    except subprocess.TimeoutExpired:
        remedy = "Start with DESKGRAPH_PLUGINS_SAFE_MODE=true, and take out the one that hangs."
        yield Finding("plugins", "fail", f"not loaded within {PLUGIN_SECONDS} seconds", remedy)
    except ValueError:
        yield Finding("plugins", "fail", "one of them ends the process that loads it", "./desk plugin list")
    else:
        yield from _of_states(states)


def _of_states(states: Mapping[str, str]) -> Iterator[Finding]:
    waiting = [name for name, state in states.items() if state == "needs_migration"]
    broken = [name for name, state in states.items() if state in ("failed", "degraded")]
    for name in waiting:
        remedy = f"./desk plugin migrate {name}"
        yield Finding("plugins", "warn", f"the tables of {name} are not up to date; it does nothing", remedy)
    for name in broken:
        yield Finding("plugins", "warn", f"{name} is broken", "./desk plugin list says what is wrong.")
    if not waiting and not broken:
        loaded = sum(state == "loaded" for state in states.values())
        yield Finding("plugins", "ok", f"{loaded} loaded")


async def _examine_database(settings: Settings, *, is_ours: bool) -> list[Finding]:
    connection = await asyncpg.connect(**credentials(address_of(settings)), timeout=10)
    try:
        found = [await _version(connection), await _clock(connection), await _roles(connection)]
        found += [] if is_ours else await _fence(connection)
    finally:
        await connection.close()
    return [*found, await _migrations(address_of(settings))]


async def _version(connection: asyncpg.Connection) -> Finding:
    version = connection.get_server_version()
    text = f"PostgreSQL {await connection.fetchval('show server_version')}"
    if version.major < _OLDEST_POSTGRES:
        return Finding("database", "fail", text, f"Upgrade it to {_OLDEST_POSTGRES} or newer.")
    return Finding("database", "ok", text)


async def _clock(connection: asyncpg.Connection) -> Finding:
    before = datetime.now(UTC)
    theirs: datetime = await connection.fetchval("select clock_timestamp()")
    ours = before + (datetime.now(UTC) - before) / 2
    skew = abs(theirs - ours)
    detail = f"{skew.total_seconds():.1f} s apart from the database's"
    if skew > _MOST_SKEW:
        return Finding("clock", "fail", detail, "Synchronise both machines' clocks (NTP).")
    return Finding("clock", "ok", detail)


async def _roles(connection: asyncpg.Connection) -> Finding:
    # Since PostgreSQL 16 a member of a role may not always take it on.
    needed = "set" if connection.get_server_version().major >= 16 else "member"
    row = await connection.fetchrow(
        "select rolname, rolsuper, rolcreaterole,"
        " (select count(*) from pg_roles where rolname in ('deskgraph_app', 'deskgraph_system')"
        "  and pg_has_role(current_user, oid, $1)) as serving"
        " from pg_roles where rolname = current_user",
        needed,
    )
    if row["serving"] == 2:
        return Finding("roles", "ok", "both serving roles are there")
    if row["rolsuper"] or row["rolcreaterole"]:
        return Finding("roles", "ok", "will be made by the migrations")
    remedy = f'As a superuser: ALTER ROLE "{row["rolname"]}" CREATEROLE; then ./desk migrate'
    return Finding("roles", "fail", "the serving roles are missing, and this user may not make them", remedy)


async def _fence(connection: asyncpg.Connection) -> list[Finding]:
    """Whether row-level security binds those it is for. The embedded server's user is a superuser, whom nobody else can
    be, since its socket is its owner's."""
    row = await connection.fetchrow(_UNBOUND)
    if row["serving"]:
        names = ", ".join(row["serving"])
        remedy = f"As a superuser: ALTER ROLE … NOSUPERUSER NOBYPASSRLS, or give their tables away: {names}"
        return [Finding("fence", "fail", f"row-level security does not bind {names}", remedy)]
    if row["is_free"]:
        detail = f"{row['name']} is a superuser or has BYPASSRLS: who gets its password sees every tenant"
        remedy = "Name a role without either in DESKGRAPH_DATABASE_URL: see docs/operating/postgresql.md."
        return [Finding("fence", "warn", detail, remedy)]
    return [Finding("fence", "ok", "row-level security binds the serving roles")]


_UNBOUND = """
select current_user::text as name,
  bool_or(r.rolsuper or r.rolbypassrls) filter (where r.rolname = current_user) as is_free,
  array_agg(r.rolname::text order by r.rolname) filter (where r.rolname in ('deskgraph_app', 'deskgraph_system') and (
    r.rolsuper or r.rolbypassrls or exists (select from pg_tables t where t.tableowner = r.rolname
      and t.schemaname = 'public'))) as serving
from pg_roles r
"""


async def _migrations(url: str) -> Finding:
    lacking = await runner.pending(url)
    if lacking:
        return Finding("migrations", "warn", f"{len(lacking)} pending", "./desk migrate (serve does it too)")
    return Finding("migrations", "ok", "none pending")
