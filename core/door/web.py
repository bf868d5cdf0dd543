"""`python -m core.door.web`: the web processes, with uvicorn as we want it."""

from __future__ import annotations

import asyncio
import gc
from typing import Any

import uvicorn
from starlette.applications import Starlette
from uvicorn.supervisors import Multiprocess

from core.door.connections import HttpConnection, SocketConnection
from core.door.turning import end_when_still
from core.kit import logging
from settings import Settings

_COLLECTED_AFTER = (20_000, 20, 20)
"""Containers that are made before the youngest are looked through, and how often that is until older ones are."""

log = logging.get_logger(__name__)


def application() -> Starlette:
    """The application of one web process. uvicorn calls it in each, within its event loop, since each sets up its own
    logging."""
    from core.app import create_app

    settings = Settings()
    logging.configure(settings.log_format, settings.log_level)
    made = create_app(settings)
    _spare_collecting()
    end_when_still(asyncio.get_running_loop())
    return made


def _spare_collecting() -> None:
    """What lives as long as the process is not looked through for garbage again, and what a thousand subscribers hold
    for the length of one event does not set off a search: both were half of what such an event cost. So nothing that
    lives long may wait for a search to be freed, as documents need not (core/graphql/prepared.py)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTED_AFTER)


class WebProcesses(Multiprocess):
    """Several web processes on one socket. One that dies or hangs is replaced, and the log says so."""

    def keep_subprocess_alive(self) -> None:
        before = list(self.processes)
        super().keep_subprocess_alive()
        for old, new in zip(before, self.processes, strict=True):
            if old is not new:
                log.error("web.process_died", pid=old.pid, exit_code=old.exitcode, replaced_by=new.pid)


def server_options(settings: Settings) -> dict[str, Any]:
    """What uvicorn is told, whatever application it serves."""
    return {
        "factory": True,
        "host": settings.host,
        "port": settings.port,
        "workers": settings.workers,
        "http": HttpConnection,
        "ws": SocketConnection,
        "ws_max_size": settings.graphql_max_body_bytes,
        "ws_per_message_deflate": False,
        # A process that is still importing, on a busy machine, does not answer; that is not hanging.
        "timeout_worker_healthcheck": 30,
        "timeout_graceful_shutdown": settings.stop_grace_seconds,
        "access_log": False,
        "server_header": False,
        "log_config": None,
        "lifespan": "on",
    }


def run(settings: Settings) -> None:
    """Serve until SIGTERM; requests and streams may finish within the grace."""
    options = server_options(settings)
    if settings.workers == 1:
        uvicorn.run("core.door.web:application", **options)
        return
    config = uvicorn.Config("core.door.web:application", **options)
    WebProcesses(config, [config.bind_socket()]).run()


if __name__ == "__main__":
    configured = Settings()
    logging.configure(configured.log_format, configured.log_level)
    run(configured)
