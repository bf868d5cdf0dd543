"""Progress lines of a start: what is being done, and how long it took."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click


@contextmanager
def step(name: str) -> Iterator[Callable[[str], None]]:
    """A line for one step: its name while it lasts, its time when it is done. What it gives tells how far it is."""
    begin, on_terminal = time.monotonic(), sys.stdout.isatty()
    # In a file or a service's journal a line is whole, lest another process writes into it.
    if on_terminal:
        click.echo(f"  {name} … ", nl=False)
    outcome = "stopped"

    def tell(how_far: str) -> None:
        if on_terminal:
            click.echo(f"\r\033[K  {name} … {how_far} ", nl=False)

    try:
        yield tell
        outcome = f"{time.monotonic() - begin:.1f} s"
    finally:
        click.echo(f"\r\033[K  {name} … {outcome}" if on_terminal else f"  {name} … {outcome}")
