"""The `deskgraph` command: what an operator does to an installation.

Each group has a module in `core.commands` that imports only click when it is loaded, so that `--help` is
quick; what a command needs is imported when it runs.
"""

from __future__ import annotations

import sys
from typing import Any

import click

from core.commands.database import makemigrations, migrate
from core.commands.doctor import doctor
from core.commands.graphql import graphql
from core.commands.jobs import job
from core.commands.plugins import plugin
from core.commands.schedules import schedule
from core.commands.schema import schema
from core.commands.search import search
from core.commands.serving import serve, worker
from core.commands.tenants import tenant
from core.commands.tokens import token
from core.commands.users import user


class Door(click.Group):
    """Tells the reasons that a person can act on as a message, without a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except _understood() as error:
            raise click.ClickException(_told(error)) from error


def _understood() -> tuple[type[Exception], ...]:
    # Evaluated only when something was raised, so that a good run never pays for these imports.
    from core.graphql.errors import RequestError
    from core.kit.broker import CeleryMissing
    from core.kit.errors import DomainError, Errors
    from core.kit.postgres import PostgresUnavailable
    from core.kit.waking import RedisMissing
    from core.pluginhost import PluginsFailed
    from settings import InvalidSettings

    return (
        RequestError,
        InvalidSettings,
        CeleryMissing,
        RedisMissing,
        PostgresUnavailable,
        PluginsFailed,
        DomainError,
        Errors,
    )


def _told(error: Exception) -> str:
    """The message, with the option that a refusal is about."""
    from core.graphql.errors import RequestError
    from core.kit.errors import DomainError, Errors

    if isinstance(error, RequestError):
        return "\n".join(str(each["message"]) for each in error.entries())
    if isinstance(error, Errors):
        return "\n".join(_told(each) for each in error.errors)
    if isinstance(error, DomainError) and error.path:
        option = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in error.path[0])
        return f"--{option}: {error}"
    return str(error)


@click.group(cls=Door, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="deskgraph", prog_name="deskgraph")
def deskgraph() -> None:
    """Deskgraph: a headless, multi-tenant helpdesk with one GraphQL API."""


for command in (
    serve,
    worker,
    migrate,
    makemigrations,
    schema,
    graphql,
    tenant,
    user,
    token,
    job,
    schedule,
    search,
    plugin,
    doctor,
):
    deskgraph.add_command(command)


def main() -> None:
    """Run the command of this process and end it."""
    # Names and messages may be Chinese where the terminal's locale is not.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    deskgraph(prog_name="deskgraph")
