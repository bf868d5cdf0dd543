"""Configurations of providers: what makes a valid one, and which of its members are secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr, ValidationError

from core.pluginhost.failures import Refused
from core.sdk import PluginConfig


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong with a member of a configuration. Quotes no value."""

    path: tuple[str, ...]
    problem: str


class ConfigInvalid(Exception):
    """Everything that is wrong with a configuration."""

    def __init__(self, wrongs: list[Wrong]) -> None:
        super().__init__("; ".join(f"{'.'.join(each.path)}: {each.problem}" for each in wrongs))
        self.wrongs = wrongs


def secret_members(kind: type[PluginConfig]) -> frozenset[str]:
    """The members that are sealed."""
    members: Mapping[str, Any] = kind.model_json_schema().get("properties", {})
    return frozenset(name for name, each in members.items() if _is_secret(each))


def check_config(kind: object) -> None:
    """Raises Refused for a class of configurations that cannot be shown to people or kept safe."""
    if not isinstance(kind, type) or not issubclass(kind, PluginConfig):
        raise Refused("Config must be a subclass of PluginConfig.")
    nested = kind.model_json_schema().get("$defs", {})
    if any(_holds_secret(each) for each in nested.values()):
        raise Refused("Secrets stand at the top level of a configuration, else they are not sealed.")
    for name, member in kind.model_json_schema().get("properties", {}).items():
        if not _is_secret(member) and _holds_secret(member):
            raise Refused(f"{name} holds secrets within a list or an object; they would not be sealed.")


def _is_secret(member: Mapping[str, Any]) -> bool:
    either = member.get("anyOf", [member])
    return any(each.get("format") == "password" and each.get("type") == "string" for each in either)


def _holds_secret(part: Any) -> bool:
    if isinstance(part, Mapping):
        return part.get("format") == "password" or any(_holds_secret(each) for each in part.values())
    return isinstance(part, list) and any(_holds_secret(each) for each in part)


def validated(kind: type[PluginConfig], given: object) -> PluginConfig:
    """The configuration. Raises ConfigInvalid."""
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        raise ConfigInvalid([Wrong(tuple(map(str, each["loc"])), each["msg"]) for each in found]) from None


def parted(config: PluginConfig) -> tuple[dict[str, Any], dict[str, str]]:
    """What may be shown, as JSON has it; and the secrets that are set, in the clear."""
    hidden = secret_members(type(config))
    secrets = {name: getattr(config, name) for name in hidden}
    return (
        config.model_dump(mode="json", exclude=set(hidden)),
        {name: each.get_secret_value() for name, each in secrets.items() if isinstance(each, SecretStr)},
    )
