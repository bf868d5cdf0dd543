"""`migrate` and, for developers, `makemigrations`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from settings import Settings


@click.command()
def migrate() -> None:
    """Bring the database up to this version, and the tables of the plugins that come with it. Safe to run at any time,
    from several machines at once."""
    from core import operating
    from core.commands.running import with_database
    from core.door.database import address_of
    from core.migrations import runner

    async def apply(settings: Settings) -> tuple[list[str], str | None]:
        applied = await runner.migrate(address_of(settings), on_step=lambda step: click.echo(f"  {step}"))
        applied += await operating.migrate_shipped_plugins(
            settings, on_step=lambda step: click.echo(f"  {step}")
        )
        return applied, await operating.ensure_default_tenant(settings)

    applied, told = with_database(apply)
    click.echo(f"{len(applied)} migrations applied." if applied else "The database is up to date.")
    if told is not None:
        click.echo(told)


@click.command()
def makemigrations() -> None:
    """Write the migration that changed models ask for (developers). Read and complete it by hand."""
    from core.commands.running import with_database
    from core.door.database import address_of
    from core.migrations import runner

    async def write(settings: Settings) -> list[str]:
        return await runner.write_migrations(address_of(settings))

    written = with_database(write)
    click.echo("\n".join(map(str, written)) if written else "No changes.")
