"""Which plugins an installation loads."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PluginOptions:
    """Plain values, from the settings."""

    path: Path | None = None
    """A folder whose Python files are plugins, one each."""
    allow: frozenset[str] | None = None
    """Only these are loaded; None for all."""
    deny: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()
    """The process does not start without these."""
    safe_mode: bool = False
    """Only those that are required."""
    strict: bool = False
    """The process does not start when any failure is found."""

    def wants(self, name: str) -> bool:
        """Whether a plugin is to be loaded."""
        if name in self.required:
            return True
        return not self.safe_mode and name not in self.deny and (self.allow is None or name in self.allow)
