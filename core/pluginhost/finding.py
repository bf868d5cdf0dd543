"""Where plugins are found: entry points of installed packages, and a folder of single files."""

import importlib.util
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType

from core.pluginhost.failures import Refused
from core.sdk import Plugin

GROUP = "deskgraph.plugins"
"""The group of entry points. It never changes."""
OURS = "deskgraph"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that says it is a plugin. `origin` says where it is from, for people; nothing is imported before
    `load` is called."""

    name: str
    origin: str
    load: Callable[[], object]


def candidates(path: Path | None) -> list[Candidate]:
    """In the order in which they are loaded: the product's own, other packages', then single files. Of two with one
    name the first stays."""
    return [*_from_packages(), *(_from_folder(path) if path is not None else ())]


def shipped() -> frozenset[str]:
    """The names of the plugins that come with the product."""
    return frozenset(each.name for each in entry_points(group=GROUP) if _package(each) == OURS)


def _from_packages() -> Iterator[Candidate]:
    for each in sorted(entry_points(group=GROUP), key=_order):
        yield Candidate(each.name, f"{_package(each)} ({each.value})", each.load)


def _order(each: EntryPoint) -> tuple[bool, str, str]:
    return _package(each) != OURS, _package(each), each.name


def _package(each: EntryPoint) -> str:
    return each.dist.name if each.dist is not None else "unknown"


def _from_folder(folder: Path) -> Iterator[Candidate]:
    for file in sorted(folder.glob("*.py")):
        if not file.name.startswith("_"):
            yield Candidate(file.stem, str(file), lambda file=file: _only_plugin(_module(file)))  # type: ignore[misc]


def _module(file: Path) -> ModuleType:
    name = f"deskgraph_plugin_{file.stem}"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise Refused("This file cannot be imported.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # Annotations are resolved by the module's name.
    spec.loader.exec_module(module)
    return module


def _only_plugin(module: ModuleType) -> object:
    found = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Plugin) and each.__module__ == module.__name__
    ]
    if len(found) != 1:
        raise Refused(f"A file holds exactly one subclass of Plugin; this one has {len(found)}.")
    return found[0]
