"""Publishing over a connection of our own, every message confirmed by the broker."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.kit.broker.app import RUN_JOB, celery_app, queue_named
from core.kit.jobs import Queue
from core.kit.jobs.relay import BrokerUnavailable

WAITING = 1000
"""So many messages may wait in a queue. More would say nothing new, and grow for as long as no worker runs."""

_PATIENCE = 10.0


class CeleryCourier:
    """The relay's way to a broker. It connects at first use and again after a failure."""

    def __init__(self, url: str) -> None:
        # No call may hang: the relay's thread would with it.
        options: dict[str, float] = (
            {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
            if url.startswith("redis")
            else {"read_timeout": _PATIENCE, "write_timeout": _PATIENCE}
        )
        none = timedelta()
        self._app = celery_app(url, soft_stop=none, longest_job=none, **options)
        self._connection: Any = None
        self._producer: Any = None

    def room(self, queue: Queue) -> int:
        try:
            declared = queue_named(queue)(self._open().channel).queue_declare()
        except Exception as error:  # whatever the transport raises: the relay tries again
            raise self._failed(error) from error
        return max(0, WAITING - int(declared.message_count))

    def carry(self, queue: Queue, jobs: Sequence[UUID]) -> None:
        delivered = 0
        try:
            producer = self._open()
            for job in jobs:
                self._app.send_task(
                    RUN_JOB, (str(job),), task_id=str(job), queue=queue_named(queue), producer=producer,
                    declare=[], retry=False, ignore_result=True,
                )  # fmt: skip
                delivered += 1
        except Exception as error:  # as above
            raise self._failed(error, delivered) from error

    def close(self) -> None:
        connection, self._connection, self._producer = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):  # It is gone either way.
                connection.close()

    def _open(self) -> Any:
        if self._producer is None:
            self._connection = self._app.connection_for_write()
            self._connection.connect()
            self._producer = self._app.amqp.Producer(self._connection.channel())
        return self._producer

    def _failed(self, error: Exception, delivered: int = 0) -> BrokerUnavailable:
        self.close()
        return BrokerUnavailable(f"{type(error).__name__}: {error}"[:300], delivered)
