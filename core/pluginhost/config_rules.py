"""What must be true of a class of configurations before anybody fills one in."""

from pydantic.json_schema import JsonSchemaMode

from core.pluginhost.configs import schema_of, secrets_elsewhere
from core.pluginhost.failures import Refused
from core.pluginhost.secret_types import holds_secret
from core.sdk import PluginConfig


def check_config(kind: object) -> None:
    """Raises Refused for a class of configurations that cannot be shown to people or kept safe."""
    if not isinstance(kind, type) or not issubclass(kind, PluginConfig):
        raise Refused("Config must be a subclass of PluginConfig.")
    schema_of(kind)
    if kind.model_config.get("extra") != "forbid":
        raise Refused("Config must refuse members that nobody declared: leave model_config's `extra` alone.")
    _check_names(kind)
    if wrong := secrets_elsewhere(kind):
        raise Refused(
            f"{wrong[0]} holds a secret that would not be sealed. A secret is a member of its own at the top level, "
            "a SecretStr or a SecretStr | None."
        )
    for name, each in kind.model_computed_fields.items():
        if holds_secret(each.return_type):
            raise Refused(f"{name} computes a secret; make it a method.")


def _check_names(kind: type[PluginConfig]) -> None:
    """An alias is another name for the same: forms, stored rows and secrets would each go by another."""
    modes: tuple[JsonSchemaMode, ...] = ("validation", "serialization")
    for mode in modes:
        if kind.model_json_schema(mode=mode) != kind.model_json_schema(mode=mode, by_alias=False):
            raise Refused("Config has aliases; name its members as they are to be called.")
