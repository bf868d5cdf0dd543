"""The installation's database: the one that settings name, or the embedded one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from core.kit.postgres import EmbeddedPostgres
from settings import Settings

NAME = "deskgraph"


def address_of(settings: Settings) -> str:
    """The database's address. Only for settings that `with_address` or an operator completed."""
    if settings.database_url is None:
        raise ValueError("These settings name no database.")
    return settings.database_url.get_secret_value()


def with_address(settings: Settings, url: str) -> Settings:
    """The same settings, naming the database at `url`."""
    return settings.model_copy(update={"database_url": SecretStr(url)})


def running_address(settings: Settings) -> str | None:
    """The address of the database that is there already; None where the embedded one does not run."""
    if settings.database_url is not None:
        return address_of(settings)
    server = EmbeddedPostgres(settings.data_dir)
    return server.url(NAME) if server.running() else None


@contextmanager
def open_installation(settings: Settings) -> Iterator[Settings]:
    """Settings that name a database for as long as the block lasts, the embedded server started if need be.

    Raises PostgresUnavailable.
    """
    if settings.database_url is not None:
        yield settings
        return
    with EmbeddedPostgres(settings.data_dir) as server:
        server.ensure_database(NAME)
        yield with_address(settings, server.url(NAME))
