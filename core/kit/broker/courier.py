"""Publishing over a connection of our own, every message confirmed by the broker."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.kit.broker.app import RUN_JOB, celery_app, queue_named
from core.kit.broker.confirms import Answers, Confirms, Receipts
from core.kit.jobs import Queue
from core.kit.jobs.relay import BrokerUnavailable
from core.kit.peers import Peer, told

WAITING = 1000
"""So many messages may wait in a queue. More would say nothing new, and grow for as long as no worker runs."""

_PATIENCE = 10.0


class CeleryCourier:
    """The relay's way to a broker. It connects at first use and again after a failure."""

    def __init__(self, broker: Peer) -> None:
        self._is_rabbitmq = not broker.is_redis
        # No call may hang: the relay's thread would with it.
        options: dict[str, object] = (
            {"read_timeout": _PATIENCE, "write_timeout": _PATIENCE, "confirm_publish": False}
            if self._is_rabbitmq
            else {"socket_timeout": _PATIENCE, "socket_connect_timeout": _PATIENCE}
        )
        none = timedelta()
        self._app = celery_app(broker, soft_stop=none, longest_job=none, **options)
        self._connection: Any = None
        self._way: tuple[Any, Receipts] | None = None

    def room(self, queue: Queue) -> int:
        try:
            producer, _receipts = self._open()
            declared = queue_named(queue)(producer.channel).queue_declare()
        except Exception as error:  # whatever the transport raises: the relay tries again
            raise self._failed(error) from error
        return max(0, WAITING - int(declared.message_count))

    def carry(self, queue: Queue, jobs: Sequence[UUID]) -> None:
        try:
            producer, receipts = self._open()
        except Exception as error:  # as above
            raise self._failed(error) from error
        before = receipts.confirmed()
        try:
            for job in jobs:
                self._app.send_task(
                    RUN_JOB, (str(job),), task_id=str(job), queue=queue_named(queue), producer=producer,
                    declare=[], retry=False, ignore_result=True,
                )  # fmt: skip
                receipts.published()
            receipts.wait()
        except Exception as error:  # as above
            raise self._failed(error, receipts.confirmed() - before) from error

    def close(self) -> None:
        connection, self._connection, self._way = self._connection, None, None
        if connection is not None:
            with contextlib.suppress(Exception):  # It is gone either way.
                connection.close()

    def _open(self) -> tuple[Any, Receipts]:
        if self._way is None:
            self._connection = self._app.connection_for_write()
            self._connection.connect()
            channel = self._connection.channel()
            receipts = Confirms(channel, _PATIENCE) if self._is_rabbitmq else Answers()
            self._way = self._app.amqp.Producer(channel), receipts
        return self._way

    def _failed(self, error: Exception, delivered: int = 0) -> BrokerUnavailable:
        self.close()
        return BrokerUnavailable(told(error), delivered)
