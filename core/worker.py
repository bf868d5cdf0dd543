"""The worker: jobs of every tenant, and the installation's chores."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from core.fields.events import PRIORITY_MOVED
from core.files.storage import LocalStorage
from core.files.tasks import DISCARD, discard_handler
from core.housekeeping import chores
from core.kit.chores import Chore, keep
from core.kit.database import Database, open_database
from core.kit.jobs import Handler, Pace, work
from core.kit.logging import get_logger
from core.kit.mail.outbox import KIND as MAIL
from core.kit.mail.senders import FolderSender, Sender, SmtpSender
from core.kit.mail.sending import mail_handler
from core.tickets.tasks import rerank
from settings import Settings

log = get_logger(__name__)

LOOK_FOR_CHORES = timedelta(minutes=1)


async def run(settings: Settings) -> None:
    """Work until cancelled; then what runs may finish within the grace. Any number of workers may run at once.
    Raises RuntimeError where the settings name no database."""
    if settings.database_url is None:
        raise RuntimeError("DESKGRAPH_DATABASE_URL is not set; `./desk worker` starts a database and sets it")
    database = Database(url=settings.database_url.get_secret_value(), pool_size=settings.database_pool_size)
    async with open_database(database), asyncio.TaskGroup() as tasks:
        tasks.create_task(work(handlers(settings), pace(settings)))
        tasks.create_task(keep(chores_of(settings), look_every=LOOK_FOR_CHORES))
        log.info("worker.started")


def handlers(settings: Settings) -> Mapping[str, Handler]:
    """Who does which kind of job."""
    return {
        MAIL: mail_handler(mail_sender(settings), mail_from=settings.mail_from),
        PRIORITY_MOVED: rerank,
        DISCARD: discard_handler(LocalStorage(settings.data_dir / "files")),
    }


def chores_of(settings: Settings) -> Sequence[Chore]:
    """What recurs, as the settings want it."""
    return chores(
        LocalStorage(settings.data_dir / "files"),
        events_kept=timedelta(days=settings.events_retention_days),
        deleted_tickets_kept=timedelta(days=settings.deleted_tickets_days),
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
