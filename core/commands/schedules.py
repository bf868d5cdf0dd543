"""`schedule`: see what recurs, and let it run now."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def schedule() -> None:
    """List what recurs, and let it run now."""


@schedule.command("list")
@click.option("--tenant", help="Only of the tenant with this slug.")
@json_option
def list_schedules(tenant: str | None, as_json: bool) -> None:
    """List schedules: what recurs, when it is due next, and what became of it last."""
    from core import operating
    from core.commands.running import with_database

    show(with_database(lambda settings: operating.list_schedules(settings, tenant=tenant)), as_json=as_json)


@schedule.command("run")
@click.argument("name")
@click.option("--tenant", help="The slug of the tenant it is of; without it, the installation's own.")
@json_option
def run_schedule(name: str, tenant: str | None, as_json: bool) -> None:
    """Make the schedule NAME due now. A worker takes it up within seconds."""
    from core import operating
    from core.commands.running import with_database

    show(
        with_database(lambda settings: operating.run_schedule(settings, name, tenant=tenant)), as_json=as_json
    )
