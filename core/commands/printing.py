"""Results on the terminal: aligned for people, JSON for scripts."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """`--json`, handed on as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def show(result: object, *, as_json: bool) -> None:
    """Print a record or a list of records (dataclasses or mappings)."""
    if as_json:
        click.echo(json.dumps(_plain(result), default=str, ensure_ascii=False, indent=2))
    elif isinstance(result, list | tuple):
        _show_table([_record(item) for item in result])
    else:
        _show_record(_record(result))


def _plain(result: object) -> object:
    if isinstance(result, list | tuple):
        return [_record(item) for item in result]
    return _record(result)


def _record(item: object) -> Mapping[str, object]:
    if dataclasses.is_dataclass(item) and not isinstance(item, type):
        return {field.name: getattr(item, field.name) for field in dataclasses.fields(item)}
    if isinstance(item, Mapping):
        return item
    raise TypeError(f"{type(item).__name__} is no record")


def _show_record(record: Mapping[str, object]) -> None:
    width = max((len(name) for name in record), default=0)
    for name, value in record.items():
        click.echo(f"{_title(name):<{width}}  {_text(value)}")


def _show_table(records: list[Mapping[str, object]]) -> None:
    if not records:
        click.echo("None.")
        return
    rows = [
        [_title(name) for name in records[0]],
        *([_text(v) for v in record.values()] for record in records),
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo(_line(row, widths))


def _line(row: Iterable[str], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _title(name: str) -> str:
    return name.replace("_", " ")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "-" if value is None else str(value)
