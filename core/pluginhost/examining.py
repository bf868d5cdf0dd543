"""Examines a plugin more closely than loading does: for its authors, and for operators before they install it."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.pluginhost.checking import HOOKS
from core.pluginhost.failures import Stage
from core.pluginhost.host import Host, Installed, PluginState
from core.pluginhost.isolation import Broken, attempt
from core.sdk import Plugin

OPEN = ("core.sdk", "core.testing")
"""What of the product a plugin may import."""
CLOSED = ("core", "settings", "plugins")


@dataclass(frozen=True, slots=True)
class Finding:
    """`fail` keeps the plugin, or a part of it, from working; `warn` is for its author to decide."""

    status: Literal["fail", "warn"]
    plugin: str
    detail: str


def examine(host: Host, name: str) -> list[Finding]:
    """What is wrong with a plugin that the host has found. Raises LookupError where there is none."""
    record = next((each for each in host if each.name == name and each.state is not PluginState.OFF), None)
    if record is None:
        raise LookupError(name)
    found = [
        Finding("fail", name, f"{each.stage}: {each.problem}")
        for each in host.failures
        if each.plugin == name
    ]
    plugin = host.plugins.get(name)
    if plugin is not None:
        found += [*_imports(name, plugin), *_unsteady(name, plugin), *_untold(name, record)]
    return found


def _imports(name: str, plugin: Plugin) -> Iterator[Finding]:
    for file in _sources(plugin):
        for line, module in _imported(file):
            own = module == type(plugin).__module__ or module.startswith(f"{type(plugin).__module__}.")
            is_open = any(module == each or module.startswith(f"{each}.") for each in OPEN)
            if module.split(".")[0] in CLOSED and not own and not is_open:
                yield Finding(
                    "fail", name, f"{file.name}:{line} imports {module}; only core.sdk stays as it is."
                )


def _sources(plugin: Plugin) -> list[Path]:
    """The file of the plugin's class; where that is a package's, all of the package but its tests."""
    file = Path(inspect.getfile(type(plugin)))
    if file.name != "__init__.py":
        return [file]
    return [
        each
        for each in sorted(file.parent.rglob("*.py"))
        if "tests" not in each.relative_to(file.parent).parts
    ]


def _imported(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [each.name for each in node.names] if node.module == "core" else []
            yield from ((node.lineno, f"core.{each}") for each in names)
            if not names:
                yield node.lineno, node.module


def _unsteady(name: str, plugin: Plugin) -> Iterator[Finding]:
    """Hooks that answer otherwise when they are called again: processes would have different plugins."""
    for hook in sorted(HOOKS):
        try:
            once, again = (
                attempt(name, Stage.REGISTER, lambda hook=hook: list(getattr(plugin, hook)()))  # type: ignore[misc]
                for _ in range(2)
            )
        except Broken:
            continue  # told already
        if once != again:
            yield Finding("fail", name, f"{hook} answers otherwise when it is called again.")


def _untold(name: str, record: Installed) -> Iterator[Finding]:
    for field in ("summary", "license"):
        if not getattr(record.manifest, field):
            yield Finding("warn", name, f"The manifest has no {field}.")
