"""The kit finds what it is for, and nothing else."""

import inspect
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from xml.etree import ElementTree

import pytest

from core.testing import IntegrationContract, PluginContract, StorageContract
from tests.contract import kept

ROOT = Path(__file__).parents[2]
FAILS = {name: import_module(f"tests.contract.broken_plugins.{name}").FAILS for name in kept.NAMES}


@pytest.mark.timeout(400)
def test_each_fails_its_rule_and_no_other(tmp_path: Path) -> None:
    assert failed(tmp_path / "report.xml") == {name: {rule} for name, rule in FAILS.items()}


def failed(report: Path) -> Mapping[str, set[str]]:
    """Which tests of the kit failed, by the broken plugin."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    told = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "python_files=*.py",
            f"--junitxml={report}", kept.__file__,
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=390, check=False,
    )  # fmt: skip
    assert told.returncode == 1, told.stdout + told.stderr
    found = defaultdict(set)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written a moment ago
        if case.find("error") is not None or case.find("failure") is not None:
            found[case.attrib["classname"].rpartition(".Test_")[2]].add(case.attrib["name"].partition("[")[0])
    return found


def test_every_rule_has_somebody_who_breaks_it() -> None:
    rules = {
        name
        for kit in (PluginContract, IntegrationContract, StorageContract)
        for name, _ in inspect.getmembers(kit, inspect.isfunction)
        if name.startswith("test_")
    }

    assert len(rules) > 15
    assert rules == set(FAILS.values())
