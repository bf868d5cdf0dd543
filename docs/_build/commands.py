"""The reference of the command line, from the commands themselves."""

from collections.abc import Iterator

import click

from core.cli import deskgraph
from docs._build.markdown import code, table


def leaves(group: click.Group, *names: str) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with its full name."""
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from leaves(command, *names, name)
        else:
            yield " ".join((*names, name)), command


def commands() -> dict[str, click.Command]:
    """Every command of `deskgraph` by its full name, as in `tenant create`."""
    return dict(leaves(deskgraph))


def command_reference() -> str:
    return "\n\n".join(_section(name, command) for name, command in commands().items())


def _section(name: str, command: click.Command) -> str:
    parts = [f"## {name}", (command.help or "").strip()]
    rows = [_row(each) for each in command.params if isinstance(each, click.Option)]
    if rows:
        parts.append(table(("Option", "Needed", "Default", "Meaning"), rows))
    return "\n\n".join(parts)


def _row(option: click.Option) -> tuple[str, str, str, str]:
    default = option.default if option.show_default and isinstance(option.default, str) else None
    return (
        code(", ".join(option.opts)),
        "yes" if option.required else "no",
        code(default) if default else "",
        option.help or "",
    )
