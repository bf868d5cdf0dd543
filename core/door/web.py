"""`python -m core.door.web`: the web processes, with uvicorn as we want it."""

from __future__ import annotations

import uvicorn
from starlette.applications import Starlette

from core.door.connections import HttpConnection, SocketConnection
from core.kit import logging
from settings import Settings


def application() -> Starlette:
    """The application of one web process. uvicorn calls it in each, since each sets up its own logging."""
    from core.app import create_app

    settings = Settings()
    logging.configure(settings.log_format, settings.log_level)
    return create_app(settings)


def run(settings: Settings) -> None:
    """Serve until SIGTERM; requests and streams may finish within the grace."""
    uvicorn.run(
        "core.door.web:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        http=HttpConnection,
        ws=SocketConnection,
        ws_max_size=settings.graphql_max_body_bytes,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=settings.stop_grace_seconds,
        access_log=False,
        server_header=False,
        log_config=None,
        lifespan="on",
    )


if __name__ == "__main__":
    configured = Settings()
    logging.configure(configured.log_format, configured.log_level)
    run(configured)
