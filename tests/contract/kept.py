"""The kit, held against every broken plugin: run by `test_broken_plugins.py`, and by nobody else."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.sdk import NotificationMedium, Plugin, SSOProvider
from core.sdk.rules import RulePart, TriggerAction
from core.sdk.storage import StorageBackend
from core.testing import (
    ActionContract,
    ConditionContract,
    Desk,
    IntegrationContract,
    MediumContract,
    PluginContract,
    SignInContract,
    StorageContract,
    WorkContract,
)
from core.testing.desks import make_desk
from core.testing.serving import Served
from tests.contract import badges, ruling, signing

FOLDER = Path(__file__).parent / "broken_plugins"
NAMES = sorted(
    {each.stem for each in FOLDER.glob("*.py")} - {"__init__"}
    | {each.parent.name for each in FOLDER.glob("*/__init__.py")}
)


MODULES = {name: import_module(f"tests.contract.broken_plugins.{name}") for name in NAMES}


@pytest.fixture(scope="session")
def deskgraph_plugins() -> list[type[Plugin]]:
    """Those that are broken at work, all in one server."""
    return [each.Broken for each in MODULES.values() if hasattr(each, "AT_WORK")]


@pytest.fixture
async def desk(served: Served) -> Desk:
    return await make_desk(served)


def contract(name: str) -> type:
    """Tests of a broken plugin, named as it is."""
    module = MODULES[name]
    if hasattr(module, "AT_WORK"):
        return type(f"Test_{name}", (WorkContract,), {"plugin": module.Broken})
    if issubclass(module.Broken, Plugin):
        return type(f"Test_{name}", (PluginContract,), {"plugin": module.Broken})
    if issubclass(module.Broken, StorageBackend):
        backend = pytest.fixture(lambda _self: module.Broken())
        return type(f"Test_{name}", (StorageContract,), {"backend": backend})
    if issubclass(module.Broken, RulePart):
        return _of_rule_part(name, module.Broken)
    kit, parts = _of_provider(module)
    if hasattr(module, "all_is_well"):
        parts["all_is_well"] = lambda _self, other_side: module.all_is_well(other_side)
    return type(f"Test_{name}", (kit,), parts)


def _of_rule_part(name: str, broken: type[RulePart[Any]]) -> type:
    parts: dict[str, Any] = {"valid_config": ruling.VALID, "invalid_configs": [{"at_least": 0}]}
    if issubclass(broken, TriggerAction):
        parts |= {"action": broken, "plugin": ruling.CalmPlugin, "acts_on": [ruling.LOUD]}
        return type(f"Test_{name}", (ActionContract,), parts)
    parts |= {"condition": broken, "holds": [ruling.LOUD], "holds_not": [ruling.CALM]}
    return type(f"Test_{name}", (ConditionContract,), parts)


def _of_provider(module: Any) -> tuple[type, dict[str, Any]]:
    valid = getattr(module, "VALID", {"address": "https://there.example", "key": "any"})
    parts: dict[str, Any] = {"valid_config": valid, "invalid_configs": getattr(module, "INVALID", [{}])}
    if issubclass(module.Broken, NotificationMedium):
        return MediumContract, {**parts, "medium": module.Broken}
    if issubclass(module.Broken, SSOProvider):
        forged = getattr(module, "forged", lambda _now: {})
        return SignInContract, {
            "sso": module.Broken, "valid_config": badges.VALID, "invalid_configs": [{}],
            "other_config": badges.OTHER, "proof": lambda _self, now: badges.badge(now),
            "forged": lambda _self, now: forged(now),
        }  # fmt: skip
    if issubclass(module.Broken, signing.Bell):
        parts |= {"valid_config": signing.VALID, "signed_requests": [signing.SIGNED]}
    return IntegrationContract, {**parts, "integration": module.Broken}


globals().update({f"Test_{name}": contract(name) for name in NAMES})
