"""Logging: one line for each event, to stderr, for people (console) or machines (json).

Events have names, not sentences, and carry ids, not content: `log.info("ticket.opened", ticket=id)`.
Everything that logs (our code, uvicorn, the standard library, warnings) goes through here.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, Literal

import orjson
import structlog
from structlog.typing import Processor

from core.kit.context import tenant_or_none

Logger = structlog.stdlib.BoundLogger
_SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "credential", "api_key")


def get_logger(name: str) -> Logger:
    """The logger of a module: `log = get_logger(__name__)`."""
    logger: Logger = structlog.stdlib.get_logger(name)
    return logger


@contextmanager
def logged_with(**values: object) -> Iterator[None]:
    """Every event logged inside carries `values`, for instance the request's id."""
    before = structlog.contextvars.bind_contextvars(**values)
    try:
        yield
    finally:
        structlog.contextvars.reset_contextvars(**before)


def configure(format: Literal["console", "json"], level: str) -> None:
    """Set up logging for this process. May be called again, with other values too."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(format))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _route_third_parties()
    structlog.configure(
        processors=_PROCESSORS,
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        # Loggers are asked at every request. What they keep is the same list whatever is configured later.
        cache_logger_on_first_use=True,
    )


def _descriptive() -> list[Processor]:
    return [
        _with_tenant,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_secrets,
    ]


def _formatter(format: Literal["console", "json"]) -> logging.Formatter:
    foreign: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.ExtraAdder(),
        *_descriptive(),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=foreign,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *_rendering(format)],
    )


def _rendering(format: Literal["console", "json"]) -> list[Processor]:
    # Tracebacks never show local variables: those hold content and secrets.
    if format == "json":
        tracebacks = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [structlog.processors.ExceptionRenderer(tracebacks), _to_json]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _to_json(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _with_tenant(_logger: object, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    tenant_id = tenant_or_none()
    if tenant_id is not None:
        event.setdefault("tenant", tenant_id.hex)
    return event


def _without_secrets(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name in event:
        if any(word in name.lower() for word in _SECRET_WORDS):
            event[name] = "[withheld]"
    event.pop("color_message", None)  # uvicorn's message once more, for terminals.
    return event


def _route_third_parties() -> None:
    logging.captureWarnings(True)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "uvicorn.asgi"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # Requests are logged by the application, with the tenant and without the query string; that pools and
    # sockets were opened is told by whoever started the process.
    for name in ("uvicorn", "tortoise", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Its pools tell of each connection that they cannot make, with a traceback, for as long as a database is away;
    # requests and the worker say it in a line.
    logging.getLogger("asyncpg").setLevel(logging.ERROR)


_PROCESSORS: list[Processor] = [
    structlog.stdlib.filter_by_level,
    structlog.contextvars.merge_contextvars,
    *_descriptive(),
    structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
]
