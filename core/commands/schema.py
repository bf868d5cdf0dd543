"""`schema`: the API's contract as a file, from which clients are generated."""

from __future__ import annotations

import difflib
from itertools import islice
from pathlib import Path

import click

_ROOT = Path(__file__).parents[2]
_SHOWN = 60


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is not what the code says.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="This file instead, with the whole schema.",
)
def schema(check: bool, output: Path | None) -> None:
    """Write schema.graphql and what each shipped plugin adds to it, or check that they are up to date."""
    from core.graphql.delivered import delivered_files
    from core.graphql.export import ENTIRE

    files = delivered_files()
    wanted = {output: files[ENTIRE]} if output else {_ROOT / name: text for name, text in files.items()}
    stale = [
        path
        for path, text in wanted.items()
        if not (_is_current(path, text) if check else _write(path, text))
    ]
    if stale:
        names = ", ".join(each.name for each in stale)
        raise click.ClickException(f"Not what the code says: {names}. ./desk schema writes it.")


def _write(path: Path, text: str) -> bool:
    path.write_text(text, encoding="utf-8")
    click.echo(f"Wrote {path}.")
    return True


def _is_current(path: Path, text: str) -> bool:
    """Whether the file says the same; tells what differs."""
    written = path.read_text(encoding="utf-8") if path.exists() else ""
    if written == text:
        click.echo(f"{path.name} is up to date.")
        return True
    changes = difflib.unified_diff(
        written.splitlines(), text.splitlines(), "written", "code", lineterm="", n=1
    )
    click.echo("\n".join(islice(changes, _SHOWN)))
    return False
