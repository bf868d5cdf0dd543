"""`serve` and `worker`: the processes of an installation."""

from __future__ import annotations

import click


@click.command()
@click.option("--demo", is_flag=True, help="Load two demo tenants to look at and try out.")
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=int, help="Port to listen on.")
@click.option("--workers", type=int, help="Web processes.")
def serve(demo: bool, host: str | None, port: int | None, workers: int | None) -> None:
    """Start everything: the database if it is the embedded one, the API and the worker."""
    from core.door.serve import serve as run
    from settings import Settings

    given = {"host": host, "port": port, "workers": workers}
    run(Settings(**{name: value for name, value in given.items() if value is not None}), demo=demo)


@click.command()
@click.option(
    "--queue",
    type=click.Choice(["io", "heavy", "plugins"]),
    help="Run a broker's jobs of this queue instead.",
)
@click.option(
    "--plugins", is_flag=True, hidden=True, help="Plugins' jobs alone: a worker starts this beside itself."
)
@click.option("--concurrency", type=click.IntRange(1, 500), help="With --queue: how many jobs at once.")
def worker(queue: str | None, plugins: bool, concurrency: int | None) -> None:
    """Run the worker alone: mails, and whatever else is to be done later. With a broker it hands these jobs to it."""
    from core.door.worker import run, run_plugins, run_queue
    from core.kit.jobs import Queue
    from settings import Settings

    if queue is not None:
        return run_queue(Settings(), Queue(queue), concurrency)
    if concurrency is not None:
        raise click.UsageError("--concurrency goes with --queue.")
    (run_plugins if plugins else run)(Settings())
