"""Trying a broker as the relay uses it, for `deskgraph doctor`."""

import contextlib
import secrets
from datetime import timedelta
from typing import Any

from kombu import Queue

from core.kit.broker.app import celery_app
from core.kit.peers import Peer

_OLDEST_REDIS = (6, 2)


class Unfit(Exception):
    """It answers, and cannot carry our jobs."""


def examine(broker: Peer) -> str:
    """What answers there. Raises Unfit, or whatever keeps us from connecting."""
    none = timedelta()
    app = celery_app(broker, soft_stop=none, longest_job=none)
    with app.connection_for_write() as connection:
        connection.connect()
        return _redis(connection) if broker.is_redis else _rabbitmq(connection)


def _redis(connection: Any) -> str:
    version = str(connection.default_channel.client.info("server")["redis_version"])
    if tuple(int(part) for part in version.split(".")[:2]) < _OLDEST_REDIS:
        raise Unfit(f"Redis {version} is too old; 6.2 or newer is needed.")
    return f"Redis {version}"


def _rabbitmq(connection: Any) -> str:
    version = connection.connection.server_properties.get("version", "of unknown version")
    channel = connection.channel()
    probe = Queue(
        f"deskgraph.doctor.{secrets.token_hex(4)}",
        durable=True,
        queue_arguments={"x-queue-type": "quorum", "x-expires": 60_000},
    )(channel)
    try:
        probe.queue_declare()
    except Exception as error:  # whatever the broker answers: a channel does not outlive it
        raise Unfit(f"RabbitMQ {version} refuses a quorum queue ({error}).") from error
    with contextlib.suppress(Exception):  # It expires by itself.
        probe.delete()
    return f"RabbitMQ {version}, which takes quorum queues"
