"""Providers: what a tenant may configure, as often as it likes. Each time is an instance, built from its configuration
for the length of one task."""

from abc import ABC
from collections.abc import Awaitable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from core.sdk.context import TenantContext
from core.sdk.errors import AuthFailed
from core.sdk.routes import HttpRequest


class PluginConfig(BaseModel):
    """The base of configurations. What is secret is a `SecretStr` at the top level: it is sealed at rest and never
    shown again."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


ConfigT = TypeVar("ConfigT", bound=PluginConfig)


class Provider(ABC, Generic[ConfigT]):
    """The base of all kinds. Building one costs nothing and reaches nothing; nothing is kept on the class."""

    name: ClassVar[str]
    """Unique within the plugin, for ever: 3 to 40 lower-case letters, digits and `_`."""
    title: ClassVar[str]
    summary: ClassVar[str] = ""
    Config: ClassVar[type[PluginConfig]]
    config_version: ClassVar[int] = 1
    """Rises when configurations of before have to be brought over; `migrate_config` does that."""
    blocking: ClassVar[bool] = False
    """Whether the methods are plain functions that may block. They run in threads then."""

    def __init__(self, config: ConfigT, ctx: TenantContext) -> None:
        self.config = config
        self.ctx = ctx

    def check(self) -> Awaitable[None] | None:
        """Called before a configuration is saved, with 5 seconds' time: does it work? A coroutine, unless the provider
        is `blocking`. Raises AuthFailed, Retry, Unreachable, Rejected. Unless it is overridden, whatever is valid is
        good."""
        return None

    @classmethod
    def migrate_config(cls, version: int, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """A configuration of an earlier `config_version`, secrets in the clear, as this version has it. Pure; may run
        twice. Whatever it raises leaves the configuration as it was, and tells the tenant."""
        return data


class Integration(Provider[ConfigT]):
    """A system elsewhere that the plugin itself talks to."""

    def verify(self, request: HttpRequest) -> None:
        """Whether a request to a route of the kind `signature` is from this system: compares a signature in constant
        time, within 50 milliseconds, and reaches nothing. Raises AuthFailed; so it does unless it is overridden."""
        raise AuthFailed("This integration takes no requests.")
