"""Jobs by way of Celery, on RabbitMQ or Redis. The table of jobs stays the truth; a message holds an id and no more.

Celery is an optional package: the modules here that need it are imported only where a broker is set.
"""

from core.kit.broker.package import CeleryMissing, require_celery

__all__ = ["CeleryMissing", "require_celery"]
