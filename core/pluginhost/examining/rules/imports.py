"""A plugin stands on `core.sdk` alone; whatever else there is changes without notice."""

import ast
from collections.abc import Iterator
from pathlib import Path

from core.pluginhost.examining.finding import Finding, Subject

OPEN = ("core.sdk", "core.testing")
"""What of the product a plugin may import."""
CLOSED = ("core", "settings", "plugins")


def imports_the_sdk_alone(subject: Subject) -> Iterator[Finding]:
    for file in _sources(subject):
        for line, module in _imported(file):
            own = module == subject.module or module.startswith(f"{subject.module}.")
            is_open = any(module == each or module.startswith(f"{each}.") for each in OPEN)
            if module.split(".")[0] in CLOSED and not own and not is_open:
                yield subject.fails(f"{file.name}:{line} imports {module}; only core.sdk stays as it is.")


def _sources(subject: Subject) -> list[Path]:
    """The file of the plugin's class; where that is a package's, all of the package but its tests."""
    if not subject.is_package:
        return [subject.file]
    folder = subject.file.parent
    return [each for each in sorted(folder.rglob("*.py")) if "tests" not in each.relative_to(folder).parts]


def _imported(file: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, each.name) for each in node.names)
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [each.name for each in node.names] if node.module == "core" else []
            yield from ((node.lineno, f"core.{each}") for each in names)
            if not names:
                yield node.lineno, node.module
