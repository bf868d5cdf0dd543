"""The optional package."""

from importlib.util import find_spec


class CeleryMissing(Exception):
    """A broker is set, but what talks to it is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "DESKGRAPH_BROKER_URL is set, but Celery is not installed. Install it with"
            " `.venv/bin/uv pip install -c lock.txt -e '.[broker]'`, or leave the setting out: jobs"
            " then run without a broker."
        )


def require_celery() -> None:
    """Raises CeleryMissing, which says what to do."""
    if find_spec("celery") is None or find_spec("redis") is None:
        raise CeleryMissing
