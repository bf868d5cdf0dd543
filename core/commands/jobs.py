"""`job`: look after what runs in the background."""

from __future__ import annotations

import click

from core.commands.printing import json_option, show


@click.group()
def job() -> None:
    """List jobs, and retry those that were given up."""


@job.command("list")
@click.option("--tenant", help="Only of the tenant with this slug.")
@click.option(
    "--state",
    type=click.Choice(["waiting", "running", "done", "parked", "cancelled"]),
    help="Only those in this state.",
)
@click.option("--kind", help="Only of this kind, as in mail.send.")
@click.option(
    "--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many at most."
)
@json_option
def list_jobs(tenant: str | None, state: str | None, kind: str | None, limit: int, as_json: bool) -> None:
    """List the newest jobs."""
    from core import operating
    from core.commands.running import with_database

    jobs = with_database(
        lambda settings: operating.list_jobs(settings, tenant=tenant, state=state, kind=kind, limit=limit)
    )
    show(jobs, as_json=as_json)


@job.command("show")
@click.argument("id")
@json_option
def show_job(id: str, as_json: bool) -> None:
    """Show the job with this ID, and the error of its last attempt, which may name people."""
    from core import operating
    from core.commands.running import with_database

    show(with_database(lambda settings: operating.show_job(settings, id)), as_json=as_json)


@job.command()
@click.argument("id")
@json_option
def retry(id: str, as_json: bool) -> None:
    """Let the parked job with this ID run again."""
    from core import operating
    from core.commands.running import with_database

    show(with_database(lambda settings: operating.retry_job(settings, id)), as_json=as_json)
