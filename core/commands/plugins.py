"""`plugin`: see which plugins there are, make new ones, examine them, and look after their tables."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.commands.places import PlaceType, placed
from core.commands.plugin_loading import (
    as_served,
    found_here,
    missing,
    problems,
    rule_parts,
    seconds_option,
    typed,
    unasked,
    ways_out,
)
from core.commands.plugin_tables import migrate_plugin, purge_plugin, write_migrations
from core.commands.printing import json_option, show

if TYPE_CHECKING:
    from core.pluginhost import Host


@click.group()
def plugin() -> None:
    """List plugins, make them, examine them, and look after their tables."""


for command in (migrate_plugin, write_migrations, purge_plugin):
    plugin.add_command(command)


@plugin.command("list")
@seconds_option
@json_option
def list_plugins(seconds: float, as_json: bool) -> None:
    """List the plugins that this installation finds, how far a server comes with each, what is wrong, and what to do
    about it. Whether their tables wait for a migration is told where the database can be asked."""
    with as_served(seconds) as host:
        rows = [*_found(host), *_missing(host)]
        if names := unasked(host):
            told = "No database is running that could say whether their tables are up to date"
            click.echo(f"{told}: {', '.join(names)}.", err=True)
    if as_json:
        show(rows, as_json=True)
        return
    shown = ("name", "version", "state", "seconds", "origin", "rules")
    show([{name: each[name] for name in shown} for each in rows], as_json=False)
    for each in rows:
        if each["problem"]:
            click.echo(f"\n{each['name']}: {each['problem']}\n  What helps: {each['way_out']}")


def _found(host: Host) -> Iterator[Mapping[str, object]]:
    for each in host:
        yield {
            "name": each.name,
            "version": each.manifest.version if each.manifest else None,
            "state": each.state.lower(),
            "seconds": f"{each.seconds:.2f}",
            "origin": each.origin,
            "rules": (each.is_there and ", ".join(rule_parts(host, each.name))) or None,
            "problem": "; ".join(problems(each)) or None,
            "way_out": "; ".join(ways_out(each)) or None,
        }


def _missing(host: Host) -> Iterator[Mapping[str, object]]:
    for name in missing(host):
        yield {
            "name": name, "version": None, "state": "failed", "seconds": "0.00", "origin": "nowhere", "rules": None,
            "problem": "FIND: It is required, and no package or file brings it; no server starts without it.",
            "way_out": "Install it, or take it out of DESKGRAPH_PLUGINS_REQUIRED and DESKGRAPH_STORAGE",
        }  # fmt: skip


def _tell_kinds(context: click.Context, _option: click.Parameter, kind: str) -> str:
    """Raises BadParameter for a kind that there is none of; `help` tells them all and ends."""
    from core.pluginhost.scaffolding import TEMPLATE_WORDS

    width = max(map(len, TEMPLATE_WORDS))
    kinds = "\n".join(f"  {name:<{width}}  {what}" for name, what in TEMPLATE_WORDS.items())
    if kind == "help":
        click.echo(f"A plugin that begins with\n{kinds}")
        context.exit()
    if kind not in TEMPLATE_WORDS:
        raise click.ClickException(f"There is no kind {kind}. A plugin begins with\n{kinds}")
    return kind


@plugin.command("new")
@click.argument("name")
@click.option(
    "--kind",
    default="graphql",
    show_default=True,
    is_eager=True,
    callback=_tell_kinds,
    help="What it begins with; `--kind help` lists the kinds.",
)
@click.option(
    "--into", type=PlaceType(path_type=Path), default=".", help="Where its folder goes; default: here."
)
def new_plugin(name: str, kind: str, into: Path) -> None:
    """Make a plugin: a package in a folder NAME, with tests that pass. NAME is its identity for ever: 3 to 40
    lower-case letters, digits and _."""
    from core.pluginhost.scaffolding import rendered

    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", name):
        raise click.ClickException(
            f"{name} is no name for a plugin: 3 to 40 lower-case letters, digits and _."
        )
    if owner := next((each.origin for each in found_here() if each.name == name), None):
        raise click.ClickException(f"The name {name} is taken, by {owner}; of two the first alone is loaded.")
    folder = into / name
    if folder.exists():
        raise click.ClickException(f"{typed(folder)} is there already.")
    for place, text in rendered(kind, name).items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_text(text, encoding="utf-8")
    click.echo(f"Made {typed(folder)}.\n  Install it:  {_program('pip')} install -e {_as_path(folder)}")
    if not (Path(sys.executable).parent / "pytest").exists():
        click.echo(f"  Once, for tests:  {_program('pip')} install {_testing()}")
    click.echo(f"  Test it:     {_program('pytest')} {_as_path(folder)}")


@plugin.command("check")
@click.argument("name")
@seconds_option
def check_plugin(name: str, seconds: float) -> None:
    """Examine the plugin NAME, the one in the file NAME, or the installed one in the folder NAME, more closely than the
    server does. Ends with 1 when something fails."""
    from core.pluginhost.examining import examine

    place = placed(name)
    file = place if name.endswith(".py") else None
    if file is not None and not file.is_file():
        raise click.ClickException(f"There is no file {name}.")
    folder = place if place.is_dir() else None
    found = file.stem if file else folder.resolve().name if folder else name
    try:
        with as_served(seconds, file) as host:
            findings = examine(host, found)
    except LookupError:
        raise click.ClickException(
            f"There is no plugin {name}; `./desk plugin list` shows them all."
            if folder is None
            else f"{name} is not installed: {_program('pip')} install -e {_as_path(folder)}"
        ) from None
    for each in findings:
        click.echo(f"{each.status}  {each.plugin}: {each.detail}")
        click.echo("".join(f"      {line}\n" for line in each.trace.splitlines()), nl=False)
    if any(each.status == "fail" for each in findings):
        raise click.ClickException(f"{name} does not pass.")
    if parts := rule_parts(host, found):
        click.echo(f"note  {found}: {', '.join(parts)} wait for rules, which this version does not have yet.")
    if found in host.waiting:
        click.echo(f"note  {found}: Its tables are not up to date here: ./desk plugin migrate {found}")
    click.echo(f"{name} passes.")


def _program(name: str) -> Path:
    """A program of this environment, as somebody types it here."""
    return typed(Path(sys.executable).parent / name)


def _testing() -> str:
    """The product with what tests of plugins need, as installers are told it: of a checkout, or of a registry."""
    root = Path(__file__).parents[2]
    return (
        f"-e '{_as_path(root)}[testing]'" if (root / "pyproject.toml").is_file() else "'deskgraph[testing]'"
    )


def _as_path(place: Path) -> str:
    """So that installers read it as a place, and not as a name that a registry may know."""
    shown = typed(place)
    return str(shown) if shown.is_absolute() else f"./{shown}"
