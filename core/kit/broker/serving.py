"""A Celery worker for one queue. It takes jobs over, runs them as the embedded worker does, and settles them in the
table: leases, time limits, retries and parking are the same."""

import asyncio
import logging
import os
import signal
import socket
import threading
import warnings
from collections.abc import Callable, Mapping
from uuid import UUID

from billiard import active_children
from celery import signals
from celery.platforms import SecurityWarning
from celery.worker.consumer import Consumer

from core.kit.broker.app import add_task, celery_app, queue_named
from core.kit.broker.runner import Runner
from core.kit.database import Database, is_unavailable, open_database
from core.kit.jobs import Claimed, Handler, Pace, Queue
from core.kit.jobs.queues import queue_of
from core.kit.jobs.running import run, time_for
from core.kit.jobs.sent import take_over
from core.kit.logging import get_logger
from core.kit.peers import Peer

log = get_logger(__name__)

_STOP = signal.SIGUSR2
_MARGIN = 60
"""Seconds after a job's time limit at which a process that does not even heed that is killed."""


def serve(
    broker: Peer,
    queue: Queue,
    handlers: Mapping[str, Handler],
    database: Database,
    pace: Pace,
    concurrency: int,
) -> None:
    """Work until SIGTERM or SIGINT; then what runs may finish within the grace, and the rest is given back.
    I/O runs in threads that share one event loop; heavy work and plugins' in a process for each job."""
    runner = Runner(lambda: open_database(database))
    longest = max(
        [time_for(handler, pace) for handler in handlers.values() if queue_of(handler) is queue],
        default=pace.timeout,
    )
    app = celery_app(broker, soft_stop=pace.grace, longest_job=longest)
    add_task(app, lambda job_id: runner.run(_perform(job_id, handlers, pace)))
    _listen(queue, runner, pace)
    worker = app.Worker(
        pool="prefork" if queue.needs_processes else "threads", concurrency=concurrency,
        queues=[queue_named(queue).name],
        hostname=f"{queue}-{os.getpid()}@{socket.gethostname()}", consumer_cls=_Consumer, quiet=True,
        without_gossip=True, without_mingle=True, without_heartbeat=True,
        time_limit=longest.total_seconds() + _MARGIN if queue.needs_processes else None,
    )  # fmt: skip
    worker.start()


class _Consumer(Consumer):  # type: ignore[misc] # Celery has no types
    """Without the 28 queues of delayed delivery: when a job is due, its row says."""

    class Blueprint(Consumer.Blueprint):  # type: ignore[misc]
        default_steps = tuple(
            step for step in Consumer.Blueprint.default_steps if not step.endswith(":DelayedDelivery")
        )

    def call_soon_ack(self, acknowledge: Callable[..., None], *told: object, **more: object) -> object:
        """Connect again when a message cannot be acknowledged. Celery only logs that; and with its hands full it does
        not listen, so that it would neither notice that the broker is gone nor ever have a hand free again."""

        message = getattr(acknowledge, "__self__")  # noqa: B009 - a method of the message

        def insist(*late: object) -> None:
            acknowledge(*told, *late, **more)
            # One that came over an earlier connection cannot be; the lease answers for its job.
            is_ours = self.task_consumer is not None and message.channel is self.task_consumer.channel
            if is_ours and not message.acknowledged:
                raise ConnectionResetError("a message could not be acknowledged")

        return super().call_soon_ack(insist)


async def _perform(job_id: UUID, handlers: Mapping[str, Handler], pace: Pace) -> None:
    job = await _take_over(job_id, handlers, pace)
    if job is not None:
        await run(job, handlers[job.kind], pace)


async def _take_over(job_id: UUID, handlers: Mapping[str, Handler], pace: Pace) -> Claimed | None:
    """Ours, or nothing to do. A stopped database is waited for until the relay would send the job again."""
    clock = asyncio.get_running_loop().time
    until = clock() + pace.lease.total_seconds()
    while True:
        try:
            return await take_over(job_id, handlers.keys(), lease=pace.lease)
        except Exception as error:  # the task runner
            if not is_unavailable(error) and not isinstance(error, TimeoutError):
                raise
            if clock() >= until:
                log.warning("job.not_taken_over", job=str(job_id), error=type(error).__name__)
                return None
            await asyncio.sleep(0.5)


def _listen(queue: Queue, runner: Runner, pace: Pace) -> None:
    """Do our part at what happens in Celery. Its signals hold their receivers weakly: hence `weak=False`."""

    def stop_later(*_: object) -> None:
        timer = threading.Timer(pace.grace.total_seconds(), runner.interrupt)
        timer.daemon = True
        timer.start()

    def ready(**_: object) -> None:
        log.info("worker.started", queue=queue.value)

    def stopping(**_: object) -> None:
        stop_later()
        for child in active_children():
            if child.pid is not None:
                os.kill(child.pid, _STOP)

    def child_started(**_: object) -> None:
        # A supervisor may ask our whole group to stop or only the parent, who tells us either way.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(_STOP, stop_later)

    def ended(**_: object) -> None:
        runner.close()

    # As root it warns of pickled messages, which we do not accept.
    warnings.simplefilter("ignore", SecurityWarning)
    logging.getLogger("celery").setLevel(logging.WARNING)
    signals.setup_logging.connect(lambda **_: None, weak=False)
    signals.worker_ready.connect(ready, weak=False)
    signals.worker_shutting_down.connect(stopping, weak=False)
    signals.worker_shutdown.connect(ended, weak=False)
    signals.worker_process_init.connect(child_started, weak=False)
    signals.worker_process_shutdown.connect(ended, weak=False)
