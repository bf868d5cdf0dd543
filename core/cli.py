"""The `deskgraph` command: what an operator does to an installation.

Each group has a module in `core.commands` that imports only click when it is loaded, so that `--help` is
quick; what a command needs is imported when it runs.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
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

_WORDS = "deskgraph.words"


class Door(click.Group):
    """Tells the reasons that a person can act on as a message, without a traceback."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_WORDS] = tuple(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        options = self._options(ctx)
        try:
            return super().invoke(ctx)
        except _understood() as error:
            raise click.ClickException(_told(error, options)) from error

    def _options(self, ctx: click.Context) -> set[str]:
        """The options of the command that is asked for."""
        command: click.Command = self
        for word in ctx.meta[_WORDS]:
            command = command.commands.get(word, command) if isinstance(command, click.Group) else command
        return {name for each in command.params if isinstance(each, click.Option) for name in each.opts}


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


def _told(error: Exception, options: set[str]) -> str:
    """The message, with the option that a refusal is about, or the place in the document."""
    from core.graphql.errors import RequestError
    from core.kit.errors import DomainError, Errors

    if isinstance(error, RequestError):
        return "\n".join(f"{_place(each)}{each['message']}" for each in error.entries())
    if isinstance(error, Errors):
        return "\n".join(_told(each, options) for each in error.errors)
    if isinstance(error, DomainError) and error.path:
        option = "--" + "".join(
            f"-{letter.lower()}" if letter.isupper() else letter for letter in error.path[0]
        )
        return f"{option}: {error}" if option in options else str(error)
    return str(error)


def _place(entry: Mapping[str, Any]) -> str:
    """Where in a document an error lies, as compilers say it; nothing where it lies nowhere."""
    return "".join(f"{at['line']}:{at['column']}: " for at in entry.get("locations", ())[:1])


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
