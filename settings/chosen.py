"""Which of what plugins bring an installation uses, and how it is configured."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from settings.model import Settings


def storage_config(settings: Settings) -> dict[str, Any]:
    """The configuration of the storage backend: as it was given, or the folder `files` in the data folder. Raises
    MissingVariable."""
    if settings.storage_config is None:
        return {"folder": str(settings.data_dir / "files")}
    given: dict[str, Any] = orjson.loads(settings.storage_config.get_secret_value())
    return {name: _resolved(each) for name, each in given.items()}


class MissingVariable(RuntimeError):
    """A configuration names a variable of the environment that is not set."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The configuration names the variable {name}, which is not set.")


def _resolved(value: Any) -> Any:
    """`{"$env": "NAME"}` stands for what the environment says, so that secrets need not stand in the setting."""
    if not isinstance(value, dict) or value.keys() != {"$env"}:
        return value
    name = str(value["$env"])
    try:
        return os.environ[name]
    except KeyError:
        raise MissingVariable(name) from None
