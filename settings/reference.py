"""The table of settings in the documentation, generated from the settings themselves."""

from __future__ import annotations

import types
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from settings.model import Settings
from settings.problems import PREFIX

_WORDS = {
    SecretStr: "text, secret",
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    Path: "path",
}


def markdown_table() -> str:
    """A row for each setting: variable, what it takes, default, meaning."""
    rows = [_row(name, field) for name, field in Settings.model_fields.items()]
    return "\n".join(["| Variable | Takes | Default | Meaning |", "|---|---|---|---|", *rows, ""])


def _row(name: str, field: FieldInfo) -> str:
    meaning = (field.description or "").replace("|", "\\|").replace("<", "\\<")
    return f"| `{PREFIX}{name.upper()}` | {_takes(field.annotation)} | {_default(field)} | {meaning} |"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None or field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return f"`{str(field.default).lower()}`"
    return f"`{field.default}`"


def _takes(annotation: Any) -> str:
    origin = get_origin(annotation)
    if origin is Literal:
        return " or ".join(f"`{choice}`" for choice in get_args(annotation))
    if origin in (Union, types.UnionType):
        return _takes(next(part for part in get_args(annotation) if part is not type(None)))
    if origin is list:
        return "list, comma separated"
    if hasattr(annotation, "__metadata__"):
        return _takes(annotation.__origin__)
    return _WORDS[annotation]
