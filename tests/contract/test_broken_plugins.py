"""The kit finds what it is for, and nothing else."""

import inspect
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from core.sdk.rules import Step, TicketSnapshot
from core.testing import (
    ActionContract,
    ConditionContract,
    IntegrationContract,
    MediumContract,
    PluginContract,
    SignInContract,
    StorageContract,
    WorkContract,
)
from tests.canaries import WATCH
from tests.contract import kept, ruling

ROOT = Path(__file__).parents[2]
FAILS = {name: import_module(f"tests.contract.broken_plugins.{name}").FAILS for name in kept.NAMES}


@pytest.mark.timeout(600)
def test_each_fails_its_rule_and_no_other(tmp_path: Path, server_url: str) -> None:
    assert failed(tmp_path / "report.xml", server_url) == {name: {rule} for name, rule in FAILS.items()}


def failed(report: Path, server_url: str) -> Mapping[str, set[str]]:
    """Which tests of the kit failed, by the broken plugin."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment |= {"TEST_DATABASE_URL": server_url}
    told = subprocess.run(
        [
            sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "python_files=*.py",
            f"--junitxml={report}", kept.__file__,
        ],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=590, check=False,
    )  # fmt: skip
    WATCH.taken()  # tests that fail, as these are to, print what they had in hand
    assert told.returncode == 1, told.stdout + told.stderr
    found = defaultdict(set)
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - written a moment ago
        if case.find("error") is not None or case.find("failure") is not None:
            found[case.attrib["classname"].rpartition(".Test_")[2]].add(case.attrib["name"].partition("[")[0])
    return found


KITS = (
    PluginContract, IntegrationContract, MediumContract, SignInContract, StorageContract, WorkContract,
    ConditionContract, ActionContract,
)  # fmt: skip


def test_every_rule_has_somebody_who_breaks_it() -> None:
    rules = {
        name
        for kit in KITS
        for name, _ in inspect.getmembers(kit, inspect.isfunction)
        if name.startswith("test_")
    }

    assert len(rules) > 45
    assert rules == set(FAILS.values())


@pytest.mark.parametrize("answer", [None, 0, ZeroDivisionError()])
def test_what_does_not_say_no_does_not_pass_for_it(answer: Any) -> None:
    class Shy(ruling.Loud):
        def evaluate(self, ticket: TicketSnapshot, step: Step) -> bool:
            if ticket.title != ruling.CALM[0].title:
                return super().evaluate(ticket, step)
            if isinstance(answer, Exception):
                raise answer
            return answer  # type: ignore[no-any-return]

    class Contract(ConditionContract):
        condition = Shy
        valid_config = ruling.VALID
        holds = (ruling.LOUD,)
        holds_not = (ruling.CALM,)

    with pytest.raises(AssertionError):
        Contract().test_it_holds_where_it_should()
    with pytest.raises((AssertionError, ZeroDivisionError)):
        Contract().test_it_says_yes_or_no()
