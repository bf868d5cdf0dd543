"""Settings written back as environment variables, to hand a resolved configuration to a child process."""

from __future__ import annotations

from pydantic import SecretStr

from settings.model import Settings
from settings.problems import PREFIX


def to_environment(settings: Settings) -> dict[str, str]:
    """The variables from which `Settings()` makes an equal object. Holds the secrets in the clear."""
    values = {name: getattr(settings, name) for name in type(settings).model_fields}
    return {PREFIX + name.upper(): _text(value) for name, value in values.items() if value not in (None, [])}


def _text(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, list):
        return ",".join(map(str, value))
    return str(value)
