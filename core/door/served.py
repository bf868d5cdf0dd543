"""Where this data folder is being served, so that other commands make links that lead there."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import orjson

from settings import Settings

FILE = "served.json"


@contextmanager
def told_where(settings: Settings) -> Iterator[None]:
    """While the block lasts, `as_served` finds this host and port."""
    file = settings.data_dir / FILE
    file.write_bytes(orjson.dumps({"pid": os.getpid(), "host": settings.host, "port": settings.port}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def as_served(settings: Settings) -> Settings:
    """The settings with the host and port of the server that runs on this data folder, unless they name their own."""
    if settings.model_fields_set & {"host", "port", "public_url"}:
        return settings
    try:
        told = orjson.loads((settings.data_dir / FILE).read_bytes())
        os.kill(told["pid"], 0)
        return settings.model_copy(update={"host": str(told["host"]), "port": int(told["port"])})
    except (OSError, ValueError, KeyError, TypeError):
        return settings  # nothing is served from here, or what was is gone
