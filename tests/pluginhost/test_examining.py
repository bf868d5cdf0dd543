"""`deskgraph plugin list` and `plugin check`, run as operators run them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.pluginhost import PluginOptions, load_plugins
from core.pluginhost.examining import examine
from tests.pluginhost.writing import PERMITS, put, source

ROOT = Path(__file__).parents[2]

UNSTEADY = """
    times = 0

    @hookimpl
    def register_permissions(self):
        self.times += 1
        return [Permission("odd.use", f"Use it {self.times} times")]
"""
CLOSER = {
    "import": ("import core.tickets.queries\n" + source("odd"), "odd.py:1 imports core.tickets.queries;"),
    "import from": ("from core import kit\n" + source("odd"), "odd.py:1 imports core.kit;"),
    "within": (
        source("odd", PERMITS.replace("return [", "import settings; return [")), "odd.py:9 imports settings;"
    ),
    "unsteady": (source("odd", UNSTEADY), "register_permissions answers otherwise"),
}  # fmt: skip


def run(
    *arguments: str, folder: Path, group: str = "plugin", **more: str
) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.environ["PATH"], "DESKGRAPH_PLUGINS_PATH": str(folder), **more}
    return subprocess.run(
        [sys.executable, "-m", "core", group, *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_list_tells_all(tmp_path: Path) -> None:
    put(tmp_path, "good")
    put(tmp_path, "broken", "raise RuntimeError('no')")
    put(tmp_path, "denied", "raise RuntimeError('never')")
    settings = {
        "DESKGRAPH_PLUGINS_DENY": "denied",
        "DESKGRAPH_PLUGINS_REQUIRED": "broken",
        "DESKGRAPH_PLUGINS_STRICT": "true",
    }

    told = run("list", "--json", folder=tmp_path, **settings)

    assert told.returncode == 0, told.stderr
    rows = {each["name"]: each for each in json.loads(told.stdout)}
    assert {name: rows[name]["state"] for name in ("good", "broken", "denied")} == {
        "good": "loaded",
        "broken": "failed",
        "denied": "off",
    }
    assert rows["broken"]["problem"] == "IMPORT: RuntimeError: no"
    assert (rows["good"]["version"], rows["good"]["origin"]) == ("1.0", str(tmp_path / "good.py"))
    assert told.stderr == ""


def test_a_check_passes_or_says_what_is_wrong(tmp_path: Path) -> None:
    put(tmp_path, "good")
    put(tmp_path, "broken", "raise RuntimeError('no')")

    passed, failed, missing = (
        run("check", name, folder=tmp_path) for name in ("good", "broken", "none_such")
    )

    assert (passed.returncode, passed.stdout.splitlines()) == (
        0,
        [
            "warn  good: The manifest has no summary.",
            "warn  good: The manifest has no license.",
            "good passes.",
        ],
    )
    assert (failed.returncode, failed.stdout.splitlines()) == (
        1,
        [
            "fail  broken: IMPORT: RuntimeError: no",
            "      Traceback (most recent call last):",
            f'        File "{tmp_path / "broken.py"}", line 1, in <module>',
            "          raise RuntimeError('no')",
            "      RuntimeError: no",
        ],
    )
    assert missing.returncode == 1
    assert "There is no plugin none_such" in missing.stderr


def test_a_file_is_checked_before_it_is_installed(tmp_path: Path) -> None:
    file = put(tmp_path / "elsewhere", "good")
    put(tmp_path / "elsewhere", "other", "raise SystemExit(7)")

    told = run("check", str(file), folder=tmp_path, DESKGRAPH_PLUGINS_SAFE_MODE="true")

    assert (told.returncode, told.stdout.splitlines()[-1]) == (0, f"{file} passes.")


@pytest.mark.parametrize(("text", "detail"), CLOSER.values(), ids=CLOSER.keys())
def test_a_closer_look_finds(tmp_path: Path, text: str, detail: str) -> None:
    put(tmp_path, "odd", text)

    host = load_plugins(PluginOptions(path=tmp_path))

    assert host.failures == []
    found = [each.detail for each in examine(host, "odd") if each.status == "fail"]
    assert len(found) == 1
    assert found[0].startswith(detail)


def test_what_hangs_in_a_process_of_its_own_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.pluginhost.examining.rules.cost.LONGEST_SECONDS", 1.5)
    hangs = "import sys\nwhile 'core.pluginhost.loading' not in sys.modules: pass\n"
    put(tmp_path, "odd", hangs + source("odd"))

    found = examine(load_plugins(PluginOptions(path=tmp_path)), "odd")

    assert [each.detail for each in found if each.status == "fail"] == [
        "It cannot be imported in a process of its own, or not within 1.5 seconds."
    ]


def test_a_new_plugin_says_how_it_goes_on(tmp_path: Path) -> None:
    made = run("new", "fresh_one", "--into", str(tmp_path), folder=tmp_path)
    checked = run("check", str(tmp_path / "fresh_one"), folder=tmp_path)

    pip = Path(sys.executable).parent / "pip"
    install = (
        f"{pip.relative_to(ROOT) if pip.is_relative_to(ROOT) else pip} install -e {tmp_path / 'fresh_one'}"
    )
    assert made.stdout.splitlines()[:2] == [
        f"Made {tmp_path / 'fresh_one'}.", f"  Install it:  {install}",
    ]  # fmt: skip
    assert len(made.stdout.splitlines()) == 3, "pytest is here"
    assert checked.stderr == f"Error: {tmp_path / 'fresh_one'} is not installed: {install}\n"
