"""What was configured is not all kept."""

from typing import Any

from pydantic import Field, model_serializer

from core.sdk import PluginConfig
from tests.contract.ruling import Loud

FAILS = "test_a_configuration_can_be_kept"


class BrokenConfig(PluginConfig):
    at_least: int = Field(1, description="How many letters make it loud.", ge=1)

    @model_serializer
    def nothing(self) -> dict[str, Any]:
        return {}


class Broken(Loud):
    Config = BrokenConfig
