"""`plugin`: see which plugins there are, and examine them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from core.commands.printing import json_option, show

if TYPE_CHECKING:
    from core.pluginhost import Host


@click.group()
def plugin() -> None:
    """List plugins, and examine them."""


@plugin.command("list")
@json_option
def list_plugins(as_json: bool) -> None:
    """List the plugins that this installation finds, how far each comes when it is loaded, and what is wrong."""
    show(
        [
            {
                "name": each.name,
                "version": each.manifest.version if each.manifest else None,
                "state": each.state.lower(),
                "seconds": f"{each.seconds:.2f}",
                "origin": each.origin,
                "problem": "; ".join(f"{failure.stage}: {failure.problem}" for failure in each.failures)
                or None,
            }
            for each in _loaded()
        ],
        as_json=as_json,
    )


@plugin.command("check")
@click.argument("name")
def check_plugin(name: str) -> None:
    """Examine the plugin NAME, or the one in the file NAME, more closely than the server does. Ends with 1 when
    something fails."""
    from core.pluginhost.examining import examine

    file = Path(name) if name.endswith(".py") else None
    if file is not None and not file.is_file():
        raise click.ClickException(f"There is no file {name}.")
    try:
        findings = examine(_loaded(file), file.stem if file else name)
    except LookupError:
        raise click.ClickException(
            f"There is no plugin {name}; `./desk plugin list` shows them all."
        ) from None
    for each in findings:
        click.echo(f"{each.status}  {each.plugin}: {each.detail}")
    if any(each.status == "fail" for each in findings):
        raise click.ClickException(f"{name} does not pass.")
    click.echo(f"{name} passes.")


def _loaded(file: Path | None = None) -> Host:
    """The plugins of this installation, or the one in a file. Nothing keeps this command from running."""
    from core.kit import logging
    from core.permissions import PERMISSIONS
    from core.pluginhost import load_plugins
    from core.runtime import plugin_options
    from settings import Settings

    settings = Settings()
    logging.configure(settings.log_format, "critical")  # What is logged is what is told below.
    options = replace(plugin_options(settings), strict=False, required=frozenset())
    if file is not None:
        options = replace(
            options, path=file.parent, allow=frozenset({file.stem}), deny=frozenset(), safe_mode=False
        )
    return load_plugins(options, taken={"permission": PERMISSIONS})
