"""Waiting until the API answers."""

from __future__ import annotations

import http.client
import time

import click

from core.door.services import Child
from settings import Settings

_PATIENCE = 60.0


def wait_until_ready(settings: Settings, web: Child) -> None:
    """Returns when /readyz says 200. Raises click.ClickException when web ends or takes too long."""
    deadline = time.monotonic() + _PATIENCE
    while not answers(settings, "/readyz"):
        if web.exit_code is not None:
            raise click.ClickException(
                f"The web server ended while starting (exit code {web.exit_code}); its reason is above."
            )
        if time.monotonic() > deadline:
            raise click.ClickException(
                f"The API was not ready after {_PATIENCE:.0f} s; ./desk doctor may know the reason."
            )
        time.sleep(0.05)


def answers(settings: Settings, path: str) -> bool:
    """Whether our own address answers `path` with 200."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared
    connection = http.client.HTTPConnection(host, settings.port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
