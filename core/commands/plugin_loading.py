"""How commands load plugins: nothing that is wrong with one keeps them from running, and what was found is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.commands.places import called_from

if TYPE_CHECKING:
    from strawberry import Schema

    from core.pluginhost import Host, Installed
    from core.pluginhost.finding import Candidate
    from settings import Settings

SECONDS = 30.0

seconds_option = click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=SECONDS,
    show_default=True,
    help="How long each step of a plugin's start may take before it is given up.",
)


@contextmanager
def as_served(seconds: float = SECONDS, file: Path | None = None) -> Iterator[Host]:
    """The plugins of this installation as a server has them, or the one in a file; what does not fit into the API is
    noted, and so are tables that wait, where a database is running that can be asked. Plugins' code within the block,
    too, has so long for each step."""
    with composed(seconds, file) as (host, _):
        _note_pending(host)
        yield host


@contextmanager
def composed(seconds: float = SECONDS, file: Path | None = None) -> Iterator[tuple[Host, Schema]]:
    """The same, with the API that comes of it, and without a look at any database."""
    from core.graphql.schema import build_schema
    from core.pluginhost.patience import patient_for
    from core.runtime import declared

    with patient_for(seconds, _tell):
        host = declared(_loaded(file))
        yield host, build_schema(host)  # which notes what does not fit


@contextmanager
def with_tables(seconds: float = SECONDS) -> Iterator[Host]:
    """The plugins of this installation, for what is done to their tables alone."""
    from core.pluginhost.patience import patient_for

    with patient_for(seconds, _tell):
        yield _loaded(None)


def _tell(why: str) -> None:
    click.echo(f"Error: {why}", err=True)


def found_here() -> list[Candidate]:
    """What says that it is a plugin of this installation. Nothing of it is loaded."""
    from core.pluginhost.finding import candidates
    from settings import Settings

    return candidates(Settings().plugins_path)


def missing(host: Host) -> list[str]:
    """Those that the settings require, and nothing brings."""
    from core.runtime import plugin_options
    from settings import Settings

    return sorted(plugin_options(Settings()).required - {each.name for each in host})


def problems(each: Installed) -> list[str]:
    """What is wrong with a plugin, for the operator."""
    from core.pluginhost import PluginState

    waits = ["Its tables are not up to date; until then it does nothing."]
    told = waits if each.state is PluginState.NEEDS_MIGRATION else []
    return told + [f"{failed.stage}: {failed.problem}" for failed in each.failures]


def ways_out(each: Installed) -> list[str]:
    """What the operator can do about it."""
    from core.pluginhost import PluginState, Stage
    from core.sdk import API_VERSION

    leave_out = f"leave it out: DESKGRAPH_PLUGINS_DENY={each.name}"
    by_stage = {
        Stage.FIND: f"Only one plugin can have the name. Take this one out: {each.origin}",
        Stage.IMPORT: f"Install what it lacks, or another version of it, or {leave_out}",
        Stage.API: f"Install a version of it that is made for the API {API_VERSION}, or {leave_out}",
        Stage.REGISTER: f"Where another one has what it wants, take out one of both; else its author has to mend it, as"
        f" `./desk plugin check {each.name}` tells. Or {leave_out}",
    }
    mend = f"Its author has to mend it, as `./desk plugin check {each.name}` tells. Or {leave_out}"
    ways = [by_stage.get(failed.stage, mend) for failed in each.failures]
    if each.state is PluginState.NEEDS_MIGRATION:
        ways.insert(0, f"./desk plugin migrate {each.name}")
    return list(dict.fromkeys(ways))


def rule_parts(host: Host, name: str) -> list[str]:
    """What the plugin has for rules, each by what it is and what rules will know it by."""
    from core.pluginhost.kinds import ACTIONS, CONDITIONS

    return [
        f"{kind.name} {name}.{each.name}"
        for kind in (CONDITIONS, ACTIONS)
        for each in host.brought_by(name, kind)
    ]


def unasked(host: Host) -> list[str]:
    """Plugins whose tables may wait, since no database is running that could be asked. Those of the product are taken
    forward when it starts."""
    from core.door.database import running_address
    from core.pluginhost.finding import shipped
    from settings import Settings

    return sorted(host.tables.keys() - shipped()) if running_address(Settings()) is None else []


def _note_pending(host: Host) -> None:
    """This starts no database. What one that cannot be asked means is what it means to a server."""
    import asyncpg

    from core.door.database import running_address
    from core.migrations.plugins import pending
    from settings import Settings

    address = running_address(Settings()) if host.tables else None
    if address is None:
        return
    try:
        host.note_pending(asyncio.run(pending(address, host.tables)))
    except asyncpg.UndefinedTableError:
        host.note_pending(host.tables)
        click.echo("The database has no tables yet: ./desk migrate", err=True)
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        host.note_pending(host.tables)
        click.echo(f"The database cannot be asked ({type(error).__name__}): ./desk doctor", err=True)


def address(settings: Settings) -> str:
    """Of the database that a command was given."""
    from core.door.database import address_of

    return address_of(settings)


def typed(place: Path) -> Path:
    """A place as somebody types it where the command was given."""
    here = called_from()
    return place.relative_to(here) if place.is_relative_to(here) else place


def _loaded(file: Path | None) -> Host:
    from core.kit import logging
    from core.pluginhost import load_plugins
    from core.runtime import TAKEN, plugin_options
    from settings import Settings

    settings = Settings()
    logging.configure(settings.log_format, "critical")  # What is logged is what is told below.
    options = replace(plugin_options(settings), strict=False, required=frozenset())
    if file is not None:
        options = replace(
            options, path=file.parent, allow=frozenset({file.stem}), deny=frozenset(), safe_mode=False
        )
    return load_plugins(options, taken=TAKEN)
