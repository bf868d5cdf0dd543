"""The worker: jobs of every tenant and of the installation, and the schedules that make some of them."""

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from core.app import runtime_of
from core.chores import Chore, chores
from core.door.plugin_process import keep_process
from core.door.services import Child
from core.exchange.tasks import exchange_handlers
from core.extensions.service import Tools
from core.extensions.tasks import (
    SPREAD,
    Watchdog,
    job_kinds,
    plugin_followers,
    plugin_handlers,
    plugin_plans,
    spread_handler,
)
from core.fields.events import PRIORITY_MOVED
from core.files.tasks import DISCARD, discard_handler
from core.identity.service.again import viewer_again
from core.identity.tasks import privacy_handlers
from core.kit.broker import require_celery
from core.kit.crypto import Sealer
from core.kit.database import Database, open_database
from core.kit.jobs import Handler, Pace, Queue, work
from core.kit.jobs.queues import kinds_by_queue
from core.kit.jobs.relay import relay
from core.kit.jobs.running import Wakes
from core.kit.jobs.table import CHANNEL as JOBS_CHANNEL
from core.kit.logging import get_logger
from core.kit.mail.outbox import KIND as MAIL
from core.kit.mail.senders import FolderSender, Sender, SmtpSender
from core.kit.mail.sending import mail_handler
from core.kit.schedules import keep
from core.kit.stream import Follower, Listener, follow
from core.migrations.waiting import looking_after_tables
from core.notifications.service import MAIL_JOB as NOTIFICATION_MAIL
from core.notifications.service.delivering import DELIVER as NOTIFICATION_DELIVERY
from core.notifications.service.mailing import Mailing
from core.notifications.service.rules import TYPES as TOLD_OF
from core.notifications.tasks import (
    MATCH_JOB,
    deliver_handler,
    look_handler,
    mail_author,
    mail_ended,
    match_handler,
)
from core.operating.acting import automatic_context
from core.pluginhost import Host
from core.recurring.service import KIND as RECURRING
from core.recurring.tasks import open_handler
from core.runtime import Runtime, broker_of, modules_of_tables
from core.sdk.storage import StorageBackend
from core.search.service import INDEX
from core.search.service import WHERE as SEARCHED
from core.search.tasks import index_told
from core.tickets.service.bulk import KIND as TICKET_BULK
from core.tickets.service.bulk import bulk_handler
from core.tickets.tasks import rerank
from core.webhooks.payloads import Builder
from core.webhooks.service.delivering import Courier
from core.webhooks.service.erasing import ERASE, erase
from core.webhooks.service.matching import MATCH, WHERE, match
from core.webhooks.service.switching import DELIVER
from settings import Settings, load_secret_keys, to_environment

log = get_logger(__name__)

FOLLOWERS: tuple[Follower, ...] = (
    Follower(MATCH_JOB, types=TOLD_OF),
    Follower(MATCH, where=WHERE),
    Follower(INDEX, where=SEARCHED),
)
"""Who is told of events: each kind has its handler among `handlers`."""

COURIERS = frozenset({DELIVER})
"""Kinds of job that wait for machines of tenants' choosing."""

IO_THREADS = 32
"""So many at once of what waits most of its time, for receivers or mail servers: that takes no processors."""


async def run(settings: Settings) -> None:
    """Work until cancelled; then what runs may finish within the grace. Any number of workers may run at once. With a
    broker, jobs are handed to it instead. Raises CeleryMissing; RuntimeError where the settings name no database."""
    runtime, _ = runtime_of(settings)
    database = _database(settings, runtime)
    done, plans = handlers(settings, runtime), [chore.plan for chore in _chores(settings, runtime)]
    plans += plugin_plans(runtime.plugins)
    followers = (*FOLLOWERS, *plugin_followers(runtime.plugins))
    async with (
        open_database(database),
        looking_after_tables(database.url, runtime.plugins),
        asyncio.TaskGroup() as tasks,
    ):
        woken = Wakes()
        tasks.create_task(_jobs(settings, runtime, done, woken))
        tasks.create_task(keep(plans, done.keys()))
        tasks.create_task(follow(followers, Listener(runtime.waking, also={JOBS_CHANNEL: woken.set})))
        log.info("worker.started")


async def run_plugins(settings: Settings) -> None:
    """Do plugins' jobs alone, until cancelled. What hangs ends the process: see `core.door.plugin_process`."""
    runtime, _ = runtime_of(settings)
    database = _database(settings, runtime)
    done = others_handlers(_tools(runtime), Watchdog())
    woken = asyncio.Event()
    async with (
        open_database(database),
        looking_after_tables(database.url, runtime.plugins),
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(work(done, _plugin_pace(settings), woken))
        tasks.create_task(runtime.waking.listen({JOBS_CHANNEL: lambda _said: woken.set()}))
        log.info("worker.started", jobs="plugins")


def serve_queue(settings: Settings, queue: Queue, concurrency: int | None) -> None:
    """Run the jobs that come through this queue of the broker, until SIGTERM. Raises as `run` does."""
    require_celery()
    from core.kit.broker.serving import serve

    broker = broker_of(settings)
    if broker is None:
        raise RuntimeError("DESKGRAPH_BROKER_URL is not set")
    many = concurrency or (IO_THREADS if queue is Queue.IO else os.cpu_count() or 1)
    runtime, _ = runtime_of(settings)
    database = _database(settings, runtime)
    if queue.needs_processes:  # One job a process: its connection, and one for the lease.
        database = replace(database, pool_size=2)
    done = handlers(settings, runtime, Watchdog() if queue is Queue.PLUGINS else None)
    serve(broker, queue, done, database, pace(settings), many)


def _database(settings: Settings, runtime: Runtime) -> Database:
    if settings.database_url is None:
        raise RuntimeError("DESKGRAPH_DATABASE_URL is not set; `./desk worker` starts a database and sets it")
    return Database(
        url=settings.database_url.get_secret_value(),
        pool_size=settings.database_pool_size,
        sender=runtime.waking.sender,
        plugins=modules_of_tables(runtime.plugins),
    )


async def _jobs(settings: Settings, runtime: Runtime, done: Mapping[str, Handler], woken: Wakes) -> None:
    broker = broker_of(settings)
    if broker is None:
        # Apart from the rest: receivers that keep us waiting must hold up neither mails nor anything else, nor those
        # of other tenants. And chores, which may take minutes, are done one by one.
        # Plugins' have a process of their own.
        chores, usual = {chore.kind for chore in chores_of(settings, runtime.storage)}, pace(settings)
        others = kinds_by_queue(done)[Queue.PLUGINS]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(
                keep_process(
                    _plugin_process(settings), others, poll_seconds=settings.worker_poll_seconds,
                    grace=usual.grace.total_seconds(), woken=woken.one(),
                )
            )  # fmt: skip
            for kinds, its_pace in (
                (done.keys() - COURIERS - chores - others, usual),
                (COURIERS, replace(usual, concurrency=IO_THREADS, share=IO_THREADS // 2)),
                (chores, replace(usual, concurrency=1)),
            ):
                tasks.create_task(work({kind: done[kind] for kind in kinds}, its_pace, woken.one()))
        return
    require_celery()
    from core.kit.broker.courier import CeleryCourier

    await relay(CeleryCourier(broker), kinds_by_queue(done), pace(settings), woken.one())


def _plugin_process(settings: Settings) -> Child:
    return Child(
        "plugins",
        "core",
        "worker",
        "--plugins",
        environment=to_environment(settings),
        grace=settings.stop_grace_seconds,
    )


def _plugin_pace(settings: Settings) -> Pace:
    """Few at once, and of each tenant half of them: one that hangs takes the others down with it, once."""
    usual = pace(settings)
    concurrency = min(4, usual.concurrency)
    return replace(usual, concurrency=concurrency, share=max(1, concurrency // 2), is_wary=True)


def _tools(runtime: Runtime) -> Tools:
    return Tools(runtime.plugins, runtime.sealer, runtime.outgoing, runtime.plugin_calls)


def handlers(settings: Settings, runtime: Runtime, watchdog: Watchdog | None = None) -> Mapping[str, Handler]:
    """Who does which kind of job."""
    away = timedelta(minutes=settings.notification_mail_minutes)
    courier = Courier(
        builder=Builder(runtime.saved_queries, runtime),
        outgoing=runtime.outgoing,
        sealer=runtime.sealer,
        pause_after=timedelta(days=settings.webhook_pause_days),
    )
    return {
        MAIL: mail_handler(
            mail_sender(settings), mail_from=settings.mail_from, ended=mail_ended, author=mail_author
        ),
        PRIORITY_MOVED: rerank,
        RECURRING: open_handler(automatic_context),
        TICKET_BULK: bulk_handler(viewer_again),
        DISCARD: discard_handler(runtime.storage),
        INDEX: index_told,
        MATCH_JOB: match_handler(mail_after=away),
        NOTIFICATION_MAIL: look_handler(Mailing(after=away, ticket_url=settings.ticket_link)),
        MATCH: match,
        DELIVER: courier.handler(),
        ERASE: erase,
        **{chore.kind: chore.run for chore in _chores(settings, runtime)},
        **exchange_handlers(runtime, viewer_again),
        **privacy_handlers(viewer_again),
        SPREAD: spread_handler(runtime.plugins),
        **others_handlers(_tools(runtime), watchdog),
    }


def others_handlers(tools: Tools, watchdog: Watchdog | None = None) -> dict[str, Handler]:
    """Those that run plugins' code: their own jobs, and the product's that call them."""
    return {**plugin_handlers(tools, watchdog), NOTIFICATION_DELIVERY: deliver_handler(tools, watchdog)}


def _chores(settings: Settings, runtime: Runtime) -> Sequence[Chore]:
    return chores_of(settings, runtime.storage, runtime.plugins)


def chores_of(
    settings: Settings, storage: StorageBackend[Any], plugins: Host | None = None
) -> Sequence[Chore]:
    """What recurs, as the settings want it."""
    return chores(
        storage,
        sealer=Sealer(load_secret_keys(settings)),
        webhook_log=timedelta(days=settings.webhook_log_days),
        events_kept=timedelta(days=settings.events_retention_days),
        plugin_kinds=None if settings.plugins_safe_mode else job_kinds(plugins or Host()),
    )


def mail_sender(settings: Settings) -> Sender:
    """The mail server of the settings, or the folder `mail` in the data folder."""
    if settings.smtp_url is None:
        return FolderSender(settings.data_dir / "mail")
    return SmtpSender(settings.smtp_url.get_secret_value())


def pace(settings: Settings) -> Pace:
    # A job holds one connection at a time; one more is for the leases.
    concurrency = min(8, max(1, settings.database_pool_size - 1))
    return Pace(
        poll_seconds=settings.worker_poll_seconds,
        concurrency=concurrency,
        grace=timedelta(seconds=max(1, settings.stop_grace_seconds - 1)),
    )
