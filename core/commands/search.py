"""`search`: look after what search finds."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def search() -> None:
    """Make everything searchable."""


@search.command()
@click.option("--tenant", help="Only of the tenant with this slug.")
@click.option(
    "--from-scratch",
    is_flag=True,
    help="Make everything anew; until it is done, less is found than there is.",
)
@json_option
def rebuild(tenant: str | None, from_scratch: bool, as_json: bool) -> None:
    """Make searchable what is not yet. Cut off, it goes on where it was when it is run again."""
    from core import operating
    from core.commands.running import with_database

    rebuilt = with_database(
        lambda settings: operating.rebuild_search(
            settings,
            tenant=tenant,
            from_scratch=from_scratch,
            on_progress=lambda told: click.echo(told, err=True),
        )
    )
    show(rebuilt, as_json=as_json)
