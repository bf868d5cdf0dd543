"""What everything keeps that has a configuration."""

import contextlib
import copy
import pickle
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from core.pluginhost.configs import ConfigInvalid, validated
from core.sdk import PluginConfig

MOST_SECONDS = 0.05
"""Of what is pure, and called where others wait: an answer takes no longer."""

_CANNOT_BE_COPIED = (
    TypeError, ValueError, AttributeError, NotImplementedError, RecursionError, copy.Error, pickle.PicklingError,
)  # fmt: skip


class ConfigContract(ABC):
    """The part that the contracts of providers, conditions and actions have in common."""

    valid_config: ClassVar[Mapping[str, Any]]
    invalid_configs: ClassVar[Sequence[Mapping[str, Any]]] = ()

    @classmethod
    @abstractmethod
    def config_class(cls) -> type[PluginConfig]:
        """What its configuration is made of."""

    def test_a_valid_configuration_is_taken(self) -> None:
        """`valid_config` is one."""
        validated(self.config_class(), dict(self.valid_config))

    def test_invalid_configurations_are_refused(self) -> None:
        """Each of `invalid_configs`, before anybody is asked."""
        taken = []
        for each in self.invalid_configs:
            try:
                validated(self.config_class(), each)
            except ConfigInvalid:
                continue
            taken.append(each)
        assert taken == []

    def test_unknown_members_are_refused(self) -> None:
        """A member that is misspelt is told, and not passed over."""
        with pytest.raises(ValidationError):
            self.config_class().model_validate({**self.valid_config, "nobody_declared_this": 1})

    def test_its_members_are_described(self) -> None:
        """Frontends make a form of the schema."""
        members = self.config_class().model_json_schema().get("properties", {})
        assert [name for name, each in members.items() if not each.get("description")] == []

    def _config(self) -> PluginConfig:
        try:
            return validated(self.config_class(), dict(self.valid_config))
        except ConfigInvalid:
            # `test_a_valid_configuration_is_taken` fails for that; nothing more could be said here.
            pytest.skip("its valid configuration is refused")


def state_of(thing: object) -> dict[str, Any]:
    """What stands on a class or an object, as it is now, however deep: to be compared with what stands there later."""
    return {name: _as_it_is(each) for name, each in vars(thing).items() if not name.startswith("__")}


def _as_it_is(each: Any) -> Any:
    """A copy; of what is never equal to its copy, what would be stored of it; else the thing itself."""
    with contextlib.suppress(*_CANNOT_BE_COPIED):
        copied = copy.deepcopy(each)
        return copied if copied == each else pickle.dumps(each)
    return each
