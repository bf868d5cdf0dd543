"""`plugin`: see which plugins there are, make new ones, examine them, and look after their tables."""

from __future__ import annotations

import asyncio
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.commands.printing import json_option, show

if TYPE_CHECKING:
    from core.pluginhost import Host
    from settings import Settings


@click.group()
def plugin() -> None:
    """List plugins, make them, examine them, and look after their tables."""


@plugin.command("list")
@json_option
def list_plugins(as_json: bool) -> None:
    """List the plugins that this installation finds, how far each comes when it is loaded, and what is wrong. Whether
    their tables wait for a migration is told where the database can be asked."""
    host = _loaded()
    _note_pending(host)
    show(
        [
            {
                "name": each.name,
                "version": each.manifest.version if each.manifest else None,
                "state": each.state.lower(),
                "seconds": f"{each.seconds:.2f}",
                "origin": each.origin,
                "rules": ", ".join(_rule_parts(host, each.name)) or None,
                "problem": "; ".join(_problems(host, each.name)) or None,
            }
            for each in host
        ],
        as_json=as_json,
    )


@plugin.command("new")
@click.argument("name")
@click.option(
    "--kind", default="graphql", show_default=True, help="What it begins with; `--kind help` lists the kinds."
)
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path(), help="Where its folder goes; default: here."
)
def new_plugin(name: str, kind: str, into: Path) -> None:
    """Make a plugin: a package in a folder NAME, with tests that pass. NAME is its identity for ever: 3 to 40
    lower-case letters, digits and _."""
    from core.pluginhost.scaffolding import rendered, template_names

    if kind not in template_names():
        raise click.ClickException(f"The kinds are {', '.join(template_names())}.")
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name):
        raise click.ClickException(
            f"{name} is no name for a plugin: 3 to 40 lower-case letters, digits and _."
        )
    folder = into / name
    if folder.exists():
        raise click.ClickException(f"{folder} is there already.")
    for place, text in rendered(kind, name).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    click.echo(f"Made {folder}.\n  Install it:  {_program('pip')} install -e {_typed(folder)}")
    click.echo(f"  Test it:     {_program('pytest')} {_typed(folder)}")


@plugin.command("check")
@click.argument("name")
def check_plugin(name: str) -> None:
    """Examine the plugin NAME, the one in the file NAME, or the installed one in the folder NAME, more closely than the
    server does. Ends with 1 when something fails."""
    from core.graphql.schema import build_schema
    from core.pluginhost.examining import examine
    from core.runtime import declared

    file = Path(name) if name.endswith(".py") else None
    if file is not None and not file.is_file():
        raise click.ClickException(f"There is no file {name}.")
    folder = Path(name) if Path(name).is_dir() else None
    try:
        host = declared(_loaded(file))
        build_schema(host)  # which says what does not fit
        found = file.stem if file else folder.resolve().name if folder else name
        findings = examine(host, found)
    except LookupError:
        raise click.ClickException(
            f"There is no plugin {name}; `./desk plugin list` shows them all."
            if folder is None
            else f"{name} is not installed: {_program('pip')} install -e {_typed(folder)}"
        ) from None
    for each in findings:
        click.echo(f"{each.status}  {each.plugin}: {each.detail}")
    if any(each.status == "fail" for each in findings):
        raise click.ClickException(f"{name} does not pass.")
    if parts := _rule_parts(host, found):
        click.echo(f"note  {found}: {', '.join(parts)} wait for rules, which this version does not have yet.")
    click.echo(f"{name} passes.")


@plugin.command("migrate")
@click.argument("name", required=False)
def migrate_plugin(name: str | None) -> None:
    """Bring the tables of the plugin NAME up to date, or those of all plugins. Safe to run at any time."""
    from core.commands.running import with_database

    host = _loaded()
    if name is not None and name not in host.tables:
        raise click.ClickException(
            f"The plugin {name} has no tables, or is broken: ./desk plugin list says more."
        )

    async def apply(settings: Settings) -> list[str]:
        from core.migrations import runner
        from core.operating.plugins import migrate_plugins

        await runner.migrate(_address(settings))
        return await migrate_plugins(settings, host, only=name, on_step=lambda step: click.echo(f"  {step}"))

    applied = with_database(apply)
    click.echo(f"{len(applied)} migrations applied." if applied else "The tables are up to date.")


@plugin.command("makemigrations")
@click.argument("name")
def write_migrations(name: str) -> None:
    """Write the migration that the changed models of the plugin NAME ask for (authors). Read it before it is used."""
    from core.commands.running import with_database

    host = _loaded()
    if name not in host.tables:
        raise click.ClickException(
            f"The plugin {name} has no tables, or is broken: ./desk plugin list says more."
        )

    async def write(settings: Settings) -> list[str]:
        from core.migrations.plugins import write_plugin_migrations

        return await write_plugin_migrations(_address(settings), name, host.tables[name])

    written = with_database(write)
    click.echo("\n".join(written) if written else "No changes.")


@plugin.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge_plugin(name: str, yes: bool) -> None:
    """Drop the tables of the plugin NAME with all that tenants have in them, and its jobs. The plugin need not be
    installed any more; one that is makes them anew when it is migrated."""
    from core.commands.running import with_database

    if not yes:
        click.confirm(f"Drop everything that the plugin {name} has stored, for all tenants?", abort=True)

    async def drop(settings: Settings) -> list[str]:
        from core.migrations.plugins import purge_plugin as purge

        return await purge(_address(settings), name)

    dropped = with_database(drop)
    click.echo("".join(f"  {each}\n" for each in dropped), nl=False)
    click.echo(f"Tables dropped: {len(dropped)}." if dropped else f"There are no tables of a plugin {name}.")


def _program(name: str) -> Path:
    """A program of this environment, as somebody types it here."""
    return _typed(Path(sys.executable).parent / name)


def _typed(place: Path) -> Path:
    here = Path.cwd()
    return place.relative_to(here) if place.is_relative_to(here) else place


def _address(settings: Settings) -> str:
    from core.door.database import address_of

    return address_of(settings)


def _problems(host: Host, name: str) -> list[str]:
    waits = [f"Its tables wait for ./desk plugin migrate {name}."] if name in host.waiting else []
    return waits + [f"{each.stage}: {each.problem}" for each in host.failures if each.plugin == name]


def _rule_parts(host: Host, name: str) -> list[str]:
    """What the plugin has for rules, each by what it is and what rules will know it by."""
    from core.pluginhost.kinds import ACTIONS, CONDITIONS

    return [
        f"{kind.name} {name}.{each.name}"
        for kind in (CONDITIONS, ACTIONS)
        for each in host.brought_by(name, kind)
    ]


def _note_pending(host: Host) -> None:
    """What waits, where a database is running that can be asked. This command starts none."""
    import asyncpg

    from core.door.database import running_address
    from core.migrations.plugins import pending
    from settings import Settings

    address = running_address(Settings()) if host.tables else None
    if address is None:
        return
    try:
        host.note_pending(asyncio.run(pending(address, host.tables)))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        click.echo(f"The database cannot be asked ({type(error).__name__}).", err=True)


def _loaded(file: Path | None = None) -> Host:
    """The plugins of this installation, or the one in a file. Nothing keeps this command from running."""
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
