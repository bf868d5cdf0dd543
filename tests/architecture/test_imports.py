"""Who may import whom, and what the start of the server costs."""

import ast
import subprocess
import sys
import tomllib
from pathlib import Path

import core
from core.pluginhost.examining.rules.cost import HEAVY

ROOT = Path(__file__).parents[2]
PACKAGES = {"core", "plugins", "settings"}

NOT_AT_START = {
    "aiosmtpd", "babel.support", "core.demo", "core.door.supervisor", "hypothesis", "IPython", "numpy", "openpyxl",
    "pandas", "phonenumbers.geocoder", "phonenumbers.timezone", "pytest", "redis", "requests", "schemathesis",
    "strawberry.cli", "tortoise.contrib.test", "trustme", "uvicorn.workers", "xlsxwriter",
}  # fmt: skip
"""Large, or for tests, or for an option that is off: the web process does without."""

SLOWEST_START_SECONDS = 6.0
"""Generous: a laptop takes about a second, a busy shared machine several."""


def test_the_contracts_of_imports_are_kept() -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]

    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr
    assert " 0 broken" in told.stdout


def test_every_domain_has_contracts_of_its_own() -> None:
    """A new domain keeps its tables and its types to itself like the others."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    protected = {module for each in contracts for module in each.get("protected_modules", [])}
    domains = {path.parent.name for path in Path(core.__file__).parent.glob("*/models.py")} - {"kit"}
    listed = next(set(each["source_modules"]) for each in contracts if each["id"] == "domains")

    for domain in domains:
        assert {f"core.{domain}.models", f"core.{domain}.graphql"} <= protected, domain
    assert listed == {f"core.{domain}" for domain in domains}


def test_the_kit_is_told_every_package_it_must_not_know() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    forbidden = next(set(each["forbidden_modules"]) for each in contracts if each["id"] == "kit")
    root = Path(core.__file__).parent
    parts = {
        f"core.{path.stem}"
        for path in root.iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    parts -= {"core.kit", "core.__init__", "core.__main__"}

    assert sorted(parts - forbidden) == []


def test_nothing_shipped_imports_what_is_for_development() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    optional = {
        name
        for extra, group in project["project"]["optional-dependencies"].items()
        if extra != "testing"
        for name in map(_plain, group)
    }
    for_development = set(map(_plain, project["dependency-groups"]["dev"])) - optional
    found = {
        f"{path.relative_to(ROOT)}: {module}"
        for folder in PACKAGES
        for path in (ROOT / folder).rglob("*.py")
        if not path.is_relative_to(ROOT / "core" / "testing")
        for module in _top_modules(path)
        if module in {name.replace("-", "_") for name in for_development}
    }

    assert sorted(found) == []


def _plain(requirement: str) -> str:
    return requirement.split(">")[0].split("[")[0].split("=")[0].strip()


def _top_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.split(".")[0])
    return found


def test_the_server_starts_without_what_it_does_not_need() -> None:
    program = "import sys, core.app; print(*sorted(sys.modules), sep='\\n')"

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    loaded = set(told.stdout.split())
    assert "core.graphql.schema" in loaded
    assert sorted(NOT_AT_START & loaded) == []


STARTS = """
import sys
from core.app import create_app
from settings import Settings
create_app(Settings(database_url="postgresql://nobody@localhost/none", data_dir=sys.argv[1]))
print(*sorted(sys.modules), sep="\\n")
"""


def test_no_shipped_plugin_weighs_on_the_start(tmp_path: Path) -> None:
    """Whatever plugins there are, and whatever they can do: until it is wanted, no library of theirs is imported."""
    with_plugins, without = (
        set(
            subprocess.run(
                [sys.executable, "-c", STARTS, str(tmp_path)],
                env={"PATH": "/nowhere", "DESKGRAPH_PLUGINS_SAFE_MODE": str(is_safe)},
                capture_output=True, text=True, check=True, cwd=ROOT,
            ).stdout.split()
        )
        for is_safe in (False, True)
    )  # fmt: skip

    added = {name.split(".")[0] for name in with_plugins - without}
    assert sorted(HEAVY & with_plugins) == []
    assert added <= {"core", "plugins", "pydantic"}, (  # of which the product itself has most
        "a plugin imports a library when it starts; import it where it is needed"
    )
    assert "plugins.storage_s3" in with_plugins


def test_the_server_is_imported_in_time() -> None:
    """In time of the processor, which a busy machine does not stretch as it does the clock's."""
    program = "import time, core.app; print(time.process_time())"

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert float(told.stdout) < SLOWEST_START_SECONDS


def test_importing_the_server_does_nothing() -> None:
    """No connection, no file, no thread, nothing said: importing is not starting."""
    program = "import threading, core.app; assert threading.active_count() == 1"
    environment = {"PATH": "/nowhere"}

    told = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        cwd=ROOT,
    )

    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
