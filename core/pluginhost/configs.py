"""Configurations of providers: what makes a valid one, and which of its members are secret."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import SecretStr, ValidationError

from core.kit.i18n import Words
from core.pluginhost.config_words import worded
from core.pluginhost.secret_types import holds_secret, is_secret_text
from core.sdk import PluginConfig


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a member of a configuration. Quotes nothing that was given."""

    path: tuple[str, ...]
    problem: Words


class ConfigInvalid(Exception):
    """Everything that is wrong with a configuration."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        super().__init__("; ".join(f"{'.'.join(each.path)}: {each.problem.said('en')}" for each in wrongs))
        self.wrongs = wrongs


@cache
def schema_of(kind: type[PluginConfig]) -> Mapping[str, Any]:
    """What a configuration is made of, as JSON Schema. Made once for each class: its author's code has a part in it.
    The name of the class and its docstring, which are the author's alone, are left out."""
    made = kind.model_json_schema()
    own = {"title": kind.__name__, "description": inspect.cleandoc(kind.__doc__ or "")}
    return {name: each for name, each in made.items() if own.get(name) != each}


@cache
def secret_members(kind: type[PluginConfig]) -> frozenset[str]:
    """The members that are sealed."""
    return frozenset(name for name, each in kind.model_fields.items() if is_secret_text(each.annotation))


def validated(kind: type[PluginConfig], given: object) -> PluginConfig:
    """The configuration. Raises ConfigInvalid; and whatever else the author's validators raise."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise ConfigInvalid([Wrong(tuple(map(str, each["loc"])), worded(each)) for each in found]) from None


def parted(config: PluginConfig) -> tuple[dict[str, Any], dict[str, str]]:
    """What may be shown, as JSON has it; and the secrets that are set, in the clear. Computed fields are neither: they
    come again from the rest. Raises whatever the author's serialisers raise."""
    hidden = secret_members(type(config))
    secrets = {name: getattr(config, name) for name in hidden}
    return (
        config.model_dump(mode="json", exclude=set(hidden), exclude_computed_fields=True),
        {name: each.get_secret_value() for name, each in secrets.items() if isinstance(each, SecretStr)},
    )


def secrets_elsewhere(kind: type[PluginConfig]) -> list[str]:
    """The members that hold secrets otherwise than as a text of their own."""
    marked = schema_of(kind).get("properties", {})
    return [
        name
        for name, each in kind.model_fields.items()
        if not is_secret_text(each.annotation)
        and (holds_secret(each.annotation) or _is_marked(marked.get(name)))
    ]


def _is_marked(part: Any) -> bool:
    if isinstance(part, Mapping):
        return part.get("format") == "password" or any(_is_marked(each) for each in part.values())
    return isinstance(part, list) and any(_is_marked(each) for each in part)
