"""What operators and authors do to the tables of plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from core.commands.plugin_loading import address, found_here, with_tables

if TYPE_CHECKING:
    from core.pluginhost import Host
    from settings import Settings


@click.command("migrate")
@click.argument("name", required=False)
def migrate_plugin(name: str | None) -> None:
    """Bring the tables of the plugin NAME up to date, or those of all plugins. Safe to run at any time."""
    from core.commands.running import with_database

    with with_tables() as host:
        if name is not None:
            _check_tables(host, name)

    async def apply(settings: Settings) -> list[str]:
        from core.migrations import runner
        from core.operating.plugins import migrate_plugins

        await runner.migrate(address(settings))
        return await migrate_plugins(settings, host, only=name, on_step=lambda step: click.echo(f"  {step}"))

    applied = with_database(apply)
    click.echo(f"{len(applied)} migrations applied." if applied else "The tables are up to date.")


@click.command("makemigrations")
@click.argument("name")
def write_migrations(name: str) -> None:
    """Write the migration that the changed models of the plugin NAME ask for (authors). Read it before it is used."""
    from core.commands.running import with_database

    with with_tables() as host:
        _check_tables(host, name)

    async def write(settings: Settings) -> list[str]:
        from core.migrations.plugins import write_plugin_migrations

        return await write_plugin_migrations(address(settings), name, host.tables[name])

    written = with_database(write)
    click.echo("\n".join(written) if written else "No changes.")


@click.command("purge")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def purge_plugin(name: str, yes: bool) -> None:
    """Drop the tables of the plugin NAME with all that tenants have in them, and its jobs. The plugin need not be
    installed any more; one that is makes them anew when it is migrated."""
    from core.commands.running import with_database

    async def drop(settings: Settings) -> list[str]:
        from core.migrations.plugins import kept_plugins
        from core.migrations.plugins import purge_plugin as purge

        known = await kept_plugins(address(settings))
        if name not in known and not any(each.name == name for each in found_here()):
            kept = _listed("Something is kept of", known)
            raise click.ClickException(f"There is no plugin {name}, and nothing of one is kept. {kept}")
        if not yes:
            click.confirm(f"Drop everything that the plugin {name} has stored, for all tenants?", abort=True)
        return await purge(address(settings), name)

    dropped = with_database(drop)
    click.echo("".join(f"  {each}\n" for each in dropped), nl=False)
    click.echo(f"Tables dropped: {len(dropped)}." if dropped else f"There are no tables of a plugin {name}.")


def _check_tables(host: Host, name: str) -> None:
    """Raises ClickException where the plugin has no tables to look after."""
    if name in host.tables:
        return
    found = [each for each in host if each.name == name]
    if not found:
        told = f"There is no plugin {name}."
    elif name in host.plugins and not host.failures:
        told = f"The plugin {name} has no tables."
    else:
        told = f"The plugin {name} has no tables, or is broken or off: ./desk plugin list says more."
    raise click.ClickException(f"{told} {_listed('Those with tables are', sorted(host.tables))}")


def _listed(told: str, names: list[str]) -> str:
    return f"{told} {', '.join(names) or 'none'}."
