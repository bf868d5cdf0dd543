"""`schema`: the API's contract as a file, from which clients are generated."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

_FILE = Path(__file__).parents[2] / "schema.graphql"
_SHOWN = 60


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when the file is not what the code says.")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), default=_FILE, help="Another file."
)
def schema(check: bool, output: Path) -> None:
    """Write schema.graphql, or check that it is up to date."""
    from core.graphql.export import as_text
    from core.graphql.schema import build_schema

    text = as_text(build_schema())
    if not check:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {output}.")
        return
    written = output.read_text(encoding="utf-8") if output.exists() else ""
    if written == text:
        click.echo(f"{output.name} is up to date.")
        return
    changes = list(
        difflib.unified_diff(written.splitlines(), text.splitlines(), "written", "code", lineterm="", n=1)
    )
    click.echo("\n".join(changes[:_SHOWN]))
    raise click.ClickException(f"{output.name} is not what the code says; ./desk schema writes it.")
