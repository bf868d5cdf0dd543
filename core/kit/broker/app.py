"""The Celery application: its settings, its queues and its one task."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import Celery
from kombu import Exchange
from kombu import Queue as KombuQueue

from core.kit.jobs import Queue
from core.kit.peers import Peer

RUN_JOB = "deskgraph.run_job"
_VISIBLE_AGAIN = timedelta(hours=1)


def queue_named(queue: Queue) -> KombuQueue:
    """A quorum queue: it survives the loss of a node, and RabbitMQ 4 has no other kind that does. Redis ignores it."""
    name = f"deskgraph.{queue.value}"
    return KombuQueue(
        name, Exchange(""), routing_key=name, durable=True, queue_arguments={"x-queue-type": "quorum"}
    )


def celery_app(
    broker: Peer, *, soft_stop: timedelta, longest_job: timedelta, **transport_options: object
) -> Celery:
    """An application for this broker. What is left out here and why, docs/decisions say."""
    app = Celery("deskgraph", set_as_current=False)
    own: dict[str, object] = (
        # Redis hands a message out again after this time, whether or not somebody is at it.
        {"visibility_timeout": max(_VISIBLE_AGAIN, 2 * longest_job).total_seconds()}
        if broker.is_redis
        else {"confirm_publish": True}
    )
    app.conf.update(
        broker_url=broker.url,
        # Never left to the transports: one of them would not look at the certificate.
        broker_use_ssl=dict(broker.redis_tls if broker.is_redis else broker.rabbitmq_tls) or False,
        broker_connection_timeout=5,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={**own, **transport_options},
        task_queues=[queue_named(queue) for queue in Queue],
        task_create_missing_queues=False,
        task_default_queue=queue_named(Queue.IO).name,
        task_default_queue_type="quorum",
        task_ignore_result=True,
        task_acks_late=True,
        task_serializer="json",
        accept_content=["json"],
        worker_prefetch_multiplier=1,
        worker_soft_shutdown_timeout=soft_stop.total_seconds(),
        worker_enable_soft_shutdown_on_idle=True,
        worker_enable_remote_control=False,
        worker_hijack_root_logger=False,
        worker_redirect_stdouts=False,
        worker_send_task_events=False,
    )
    return app


def add_task(app: Celery, perform: Callable[[UUID], None]) -> None:
    """The one task: whoever gets the message does what the row says."""

    def run_job(job_id: str) -> None:
        perform(UUID(job_id))

    task: Any = app.task(name=RUN_JOB)
    task(run_job)
