"""Processes that run jobs: `python -m bench.servers.workers ROLE DATABASE BROKER NUMBER`.

Everybody's job is the same: one row written. `bare-io` and `bare-publish` are Celery with no job table: the task is the
coroutine itself, with the same settings, threads and event loop as ours. `bare-publish` prints the seconds of processor
time that its messages took.
"""

import asyncio
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

import asyncpg

from core.kit import logging
from core.kit.broker.app import RUN_JOB, add_task, celery_app, queue_named
from core.kit.broker.courier import CeleryCourier
from core.kit.broker.runner import Runner
from core.kit.broker.serving import serve
from core.kit.database import Database, execute, open_database
from core.kit.database.connect import credentials
from core.kit.jobs import Claimed, Pace, Queue, work
from core.kit.jobs.queues import kinds_by_queue
from core.kit.jobs.relay import relay
from core.kit.peers import Peer

KIND = "bench.write"
THREADS = 32
POOL = 10
PACE = Pace()


async def write(_job: Claimed) -> None:
    await execute("insert into bench_effects default values")


HANDLERS = {KIND: write}


async def embedded(url: str) -> None:
    async with open_database(Database(url=url, pool_size=POOL)):
        await work(HANDLERS, PACE)


async def hand_over(url: str, broker: Peer) -> None:
    async with open_database(Database(url=url, pool_size=POOL)):
        await relay(CeleryCourier(broker), kinds_by_queue(HANDLERS), PACE)


def bare_worker(url: str, broker: Peer) -> None:
    pools: list[asyncpg.Pool] = []

    @asynccontextmanager
    async def connected() -> AsyncIterator[None]:
        async with asyncpg.create_pool(**credentials(url), min_size=1, max_size=POOL) as pool:
            pools.append(pool)
            yield

    async def write_bare() -> None:
        await pools[0].execute("insert into bench_effects default values")

    runner = Runner(connected)
    app = celery_app(broker, soft_stop=timedelta(0), longest_job=PACE.timeout)

    def perform(_job: UUID) -> None:
        runner.run(write_bare())

    add_task(app, perform)
    app.Worker(
        pool="threads", concurrency=THREADS, queues=[queue_named(Queue.IO).name], quiet=True, loglevel="ERROR",
        without_gossip=True, without_mingle=True, without_heartbeat=True,
    ).start()  # fmt: skip


def bare_publish(broker: Peer, number: int) -> None:
    app = celery_app(broker, soft_stop=timedelta(0), longest_job=PACE.timeout)
    queue = queue_named(Queue.IO)
    with app.connection_for_write() as connection:
        producer = app.amqp.Producer(connection.channel())
        queue(producer.channel).queue_declare()
        begin = time.process_time()
        for at in range(number):
            app.send_task(
                RUN_JOB, (str(UUID(int=at)),), queue=queue, producer=producer, declare=[], retry=False
            )
        print(time.process_time() - begin)


def main(role: str, url: str, broker: Peer, number: int) -> None:
    logging.configure("json", "error")
    if role == "embedded":
        asyncio.run(embedded(url))
    elif role == "relay":
        asyncio.run(hand_over(url, broker))
    elif role == "io":
        serve(broker, Queue.IO, HANDLERS, Database(url=url, pool_size=POOL), PACE, THREADS)
    elif role == "bare-io":
        bare_worker(url, broker)
    elif role == "bare-publish":
        bare_publish(broker, number)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Peer(sys.argv[3]), int(sys.argv[4]))
