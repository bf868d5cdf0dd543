"""`deskgraph serve`: the whole installation on one machine, in one order, under one parent."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack

import click

from core.door.building import building_graphiql
from core.door.database import NAME, address_of, with_address
from core.door.port import check_port
from core.door.progress import step
from core.door.ready import wait_until_ready
from core.door.served import told_where
from core.door.services import Child, Database, Service
from core.door.signals import StopRequest
from core.door.sole import alone
from core.door.supervisor import supervise
from core.door.welcome import welcome
from core.kit import logging
from core.kit.broker import require_celery
from core.kit.jobs import Queue
from core.kit.postgres import EmbeddedPostgres
from core.kit.waking import require_redis
from settings import Settings, load_secret_key, to_environment


def serve(settings: Settings, *, demo: bool) -> None:
    """Start everything, keep it alive, and stop it in order on SIGTERM, SIGINT or SIGHUP.

    Raises click.ClickException, CeleryMissing, RedisMissing or PostgresUnavailable when it cannot start; then nothing
    is left running.
    """
    logging.configure(settings.log_format, settings.log_level)
    if settings.broker_url is not None:
        require_celery()
    if settings.redis_url is not None:
        require_redis()
    stop = StopRequest()
    begin = time.monotonic()
    with ExitStack() as cleanup:
        cleanup.enter_context(alone(settings))
        check_port(settings.host, settings.port)
        load_secret_key(settings)  # Made before two children would race to make it.
        services: list[Service] = []
        if settings.database_url is None:
            settings = _start_database(settings, services, cleanup)
        _prepare(settings, demo=demo)
        children = _start_children(settings, cleanup, stop)
        services += children
        with step("Waiting for the API"):
            wait_until_ready(settings, children[0])
        cleanup.enter_context(told_where(settings))
        click.echo(welcome(settings, demo=demo, seconds=time.monotonic() - begin))
        stop.serving()
        with building_graphiql(settings) as building:
            supervise(services, until=lambda: stop.asked > 0, beside=building)
        click.echo("Stopping …")
    click.echo("Stopped.")


def _start_database(settings: Settings, services: list[Service], cleanup: ExitStack) -> Settings:
    server = EmbeddedPostgres(settings.data_dir)
    cleanup.callback(server.stop)
    with step("Starting PostgreSQL"):
        server.start()
        server.ensure_database(NAME)
    services.append(Database(server))
    return with_address(settings, server.url(NAME))


def _prepare(settings: Settings, *, demo: bool) -> None:
    from core import operating
    from core.migrations import runner

    with step("Preparing the database") as tell:
        asyncio.run(runner.migrate(address_of(settings), on_step=tell))
        asyncio.run(operating.migrate_shipped_plugins(settings, on_step=tell))
        told = asyncio.run(operating.ensure_default_tenant(settings))
    if told is not None:
        click.echo(told)
    if demo:
        from core import demo as demo_data

        with step("Loading the demo") as tell:
            asyncio.run(demo_data.load(settings, on_progress=tell))


def _start_children(settings: Settings, cleanup: ExitStack, stop: StopRequest) -> list[Child]:
    environment = to_environment(settings)
    grace = settings.stop_grace_seconds
    children = [
        Child("web", "core.door.web", environment=environment, grace=grace),
        Child("worker", "core", "worker", environment=environment, grace=grace),
    ]
    if settings.broker_url is not None:
        children += [
            Child(
                f"{queue.value} worker",
                "core",
                "worker",
                "--queue",
                queue.value,
                environment=environment,
                grace=grace,
            )
            for queue in Queue
        ]
    cleanup.callback(_stop_children, children, stop, grace)
    for child in children:
        child.start()
    return children


def _stop_children(children: list[Child], stop: StopRequest, grace: int) -> None:
    """Let requests and jobs finish within the grace; a second request to stop ends the patience."""
    stop.serving()
    asked_before, deadline = max(stop.asked, 1), time.monotonic() + grace + 2
    for child in children:
        child.ask_to_stop()
    while any(child.alive() for child in children) and time.monotonic() < deadline:
        if stop.asked > asked_before:
            break
        time.sleep(0.05)
    for child in children:
        child.kill()
