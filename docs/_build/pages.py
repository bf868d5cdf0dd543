"""The pages of the documentation: README, CONTRIBUTING, CHANGELOG, and everything below docs/."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
_OUTSIDE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")


def pages() -> list[Path]:
    """Every page, in a fixed order."""
    return [*(ROOT / name for name in _OUTSIDE), *sorted((ROOT / "docs").rglob("*.md"))]


def shown(page: Path) -> str:
    """A page as people call it: its path from the root."""
    return page.relative_to(ROOT).as_posix()
