"""What is examined, and what is found."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from core.pluginhost.host import Host
from core.sdk import Plugin


@dataclass(frozen=True, slots=True)
class Finding:
    """`fail` keeps the plugin, or a part of it, from working; `warn` is for its author to decide."""

    status: Literal["fail", "warn"]
    plugin: str
    detail: str
    trace: str = ""


@dataclass(frozen=True, slots=True)
class Subject:
    """A plugin that was loaded."""

    name: str
    plugin: Plugin
    host: Host

    @property
    def module(self) -> str:
        return type(self.plugin).__module__

    @property
    def file(self) -> Path:
        """Where the plugin's class stands."""
        return Path(inspect.getfile(type(self.plugin)))

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"

    def fails(self, detail: str) -> Finding:
        return Finding("fail", self.name, detail)

    def warns(self, detail: str) -> Finding:
        return Finding("warn", self.name, detail)


Rule = Callable[[Subject], Iterator[Finding]]
