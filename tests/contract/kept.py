"""The kit, held against every broken plugin: run by `test_broken_plugins.py`, and by nobody else."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.sdk import Plugin
from core.sdk.storage import StorageBackend
from core.testing import IntegrationContract, PluginContract, StorageContract

FOLDER = Path(__file__).parent / "broken_plugins"
NAMES = sorted(
    {each.stem for each in FOLDER.glob("*.py")} - {"__init__"}
    | {each.parent.name for each in FOLDER.glob("*/__init__.py")}
)


def contract(name: str) -> type:
    """Tests of a broken plugin, named as it is."""
    module = import_module(f"tests.contract.broken_plugins.{name}")
    if issubclass(module.Broken, Plugin):
        return type(f"Test_{name}", (PluginContract,), {"plugin": module.Broken})
    if issubclass(module.Broken, StorageBackend):
        backend = pytest.fixture(lambda _self: module.Broken())
        return type(f"Test_{name}", (StorageContract,), {"backend": backend})
    parts: dict[str, Any] = {
        "integration": module.Broken,
        "valid_config": getattr(module, "VALID", {"address": "https://there.example", "key": "any"}),
        "invalid_configs": getattr(module, "INVALID", [{}]),
    }
    if hasattr(module, "all_is_well"):
        parts["all_is_well"] = lambda _self, other_side: module.all_is_well(other_side)
    return type(f"Test_{name}", (IntegrationContract,), parts)


globals().update({f"Test_{name}": contract(name) for name in NAMES})
