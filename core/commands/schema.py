"""`schema`: the API's contract as a file, from which clients are generated."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import click

from core.commands.places import PlaceType

_ROOT = Path(__file__).parents[2]
_SHOWN = 60


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a file is not what the code says.")
@click.option(
    "--plugins",
    "with_plugins",
    is_flag=True,
    help="Print the schema of a server of this installation instead, with all plugins that it loads.",
)
@click.option(
    "--output",
    type=PlaceType(path_type=Path, dir_okay=False),
    help="This file instead, with the whole schema.",
)
def schema(check: bool, with_plugins: bool, output: Path | None) -> None:
    """Write schema.graphql and what each shipped plugin adds to it, or check that they are up to date. Other plugins'
    additions are told by --plugins alone."""
    if with_plugins:
        _tell_installed(output, check=check)
        return
    from core.graphql.delivered import delivered_files
    from core.graphql.export import ENTIRE

    files = delivered_files()
    wanted = {output: files[ENTIRE]} if output else {_ROOT / name: text for name, text in files.items()}
    _settle(wanted, check=check, way_out="./desk schema writes it.")
    if left_out := _left_out():
        click.echo(
            f"Left out, as no part of the product: {', '.join(left_out)}. `./desk schema --plugins` has everything."
        )


def _settle(wanted: Mapping[Path, str], *, check: bool, way_out: str) -> None:
    """Write the files, or raise ClickException where one is not as it should be."""
    stale = [
        path
        for path, text in wanted.items()
        if not (_is_current(path, text) if check else _write(path, text))
    ]
    if stale:
        names = ", ".join(each.name for each in stale)
        raise click.ClickException(f"Not what the code says: {names}. {way_out}")


def _tell_installed(output: Path | None, *, check: bool) -> None:
    """The API as a server with these plugins has it. What is wrong with one is told on stderr, since its part lacks."""
    from core.commands.plugin_loading import composed, problems
    from core.graphql.export import as_text

    with composed() as (host, built):
        text = as_text(built)
        for each in host:
            for problem in problems(each):
                click.echo(f"{each.name}: {problem}", err=True)
    if output:
        _settle({output: text}, check=check, way_out="./desk schema --plugins --output writes it.")
    elif check:
        raise click.UsageError("--check --plugins needs --output, the file to look at.")
    else:
        click.echo(text, nl=False)


def _left_out() -> list[str]:
    """Plugins that a server of this installation would load beside those of the product."""
    from core.commands.plugin_loading import found_here
    from core.pluginhost.finding import shipped
    from core.runtime import plugin_options
    from settings import InvalidSettings, Settings

    try:
        options = plugin_options(Settings())
        return sorted({each.name for each in found_here() if options.wants(each.name)} - shipped())
    except InvalidSettings:
        return []  # of a server that does not start


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
