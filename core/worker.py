"""The worker: jobs of every tenant, and the installation's chores."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.app import saved_queries
from core.fields.events import PRIORITY_MOVED
from core.files.storage import LocalStorage
from core.graphql.schema import build_schema
from core.housekeeping import chores
from core.kit.chores import Chore, keep
from core.kit.database import Database, open_database
from core.kit.jobs import Handler, Pace, work
from core.kit.logging import get_logger
from core.kit.mail.outbox import KIND as MAIL
from core.kit.mail.senders import FolderSender, Sender, SmtpSender
from core.kit.mail.sending import mail_handler
from core.runtime import Runtime
from core.tickets.tasks import rerank
from core.webhooks.payloads import Builder
from core.webhooks.service.delivering import Courier
from core.webhooks.service.matching import MATCH, match
from core.webhooks.service.switching import DELIVER
from settings import Settings

log = get_logger(__name__)

LOOK_FOR_CHORES = timedelta(minutes=1)


async def run(settings: Settings) -> None:
    """Work until cancelled; then what runs may finish within the grace. Any number of workers may run at once.
    Raises RuntimeError where the settings name no database."""
    if settings.database_url is None:
        raise RuntimeError("DESKGRAPH_DATABASE_URL is not set; `./desk worker` starts a database and sets it")
    database = Database(url=settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    runtime = Runtime.of(settings, saved_queries(settings, build_schema()))
    async with open_database(database), asyncio.TaskGroup() as tasks:
        tasks.create_task(work(handlers(settings), pace(settings)))
        # Apart from the rest: receivers that keep us waiting must hold up neither mails nor anything else.
        tasks.create_task(work(couriers(settings, runtime), pace(settings)))
        tasks.create_task(keep(_chores(settings, runtime), look_every=LOOK_FOR_CHORES))
        log.info("worker.started")


def handlers(settings: Settings) -> Mapping[str, Handler]:
    """Who does which kind of job."""
    return {
        MAIL: mail_handler(mail_sender(settings), mail_from=settings.mail_from),
        PRIORITY_MOVED: rerank,
        MATCH: match,
    }


def couriers(settings: Settings, runtime: Runtime) -> Mapping[str, Handler]:
    """Who does the jobs that wait for machines of others."""
    courier = Courier(
        builder=Builder(runtime.saved_queries, runtime),
        outgoing=runtime.outgoing,
        sealer=runtime.sealer,
        pause_after=timedelta(days=settings.webhook_pause_days),
    )
    return {DELIVER: courier.handler()}


def _chores(settings: Settings, runtime: Runtime) -> Sequence[Chore]:
    storage = LocalStorage(settings.data_dir / "files")
    return chores(storage, runtime.sealer, webhook_log=timedelta(days=settings.webhook_log_days))


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
