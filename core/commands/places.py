"""Files and folders on the command line. `./desk` runs commands in its own folder; what is relative was typed where the
caller stands."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

CALLED_FROM = "DESK_CALLED_FROM"
"""The variable in which `./desk` says where it was called."""


def called_from() -> Path:
    """The folder in which somebody typed the command."""
    return Path(os.environ.get(CALLED_FROM) or Path.cwd())


def placed(given: str | Path) -> Path:
    """The place that was meant, absolute."""
    return Path(os.path.normpath(called_from() / given))


class PlaceType(click.Path):
    """A place, whether anything is there or not."""

    def convert(self, value: Any, parameter: Any, context: Any) -> Any:
        return super().convert(placed(value), parameter, context)


class TextType(click.File):
    """A file to be read; `-` for standard input."""

    def __init__(self) -> None:
        super().__init__(encoding="utf-8")

    def convert(self, value: Any, parameter: Any, context: Any) -> Any:
        is_place = isinstance(value, str) and value != "-"
        return super().convert(str(placed(value)) if is_place else value, parameter, context)
