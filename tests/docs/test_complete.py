"""Whatever users can name is in the documentation, and what the documentation names is there."""

import re
from collections.abc import Iterable
from pathlib import Path

from core.permissions import PERMISSIONS
from docs._build.codes import edge_codes, refusals
from docs._build.commands import commands
from docs._build.fields import enums, schema
from settings import Settings

_EVENT = re.compile(r"^\| (`[^|]+`) \|", re.MULTILINE)


def lacking(words: Iterable[str], text: str) -> list[str]:
    """Those of the words that the text does not have as code."""
    return [word for word in words if f"`{word}`" not in text]


def settings() -> list[str]:
    return [f"DESKGRAPH_{name.upper()}" for name in Settings.model_fields]


def unknown_settings(text: str) -> list[str]:
    """Variables that a text names and that no setting reads."""
    return sorted(set(re.findall(r"DESKGRAPH_[A-Z_]*[A-Z]", text)) - set(settings()))


def without_section(names: Iterable[str], text: str, level: int) -> list[str]:
    """Those of the names that head no section of this level."""
    return [name for name in names if f"\n{'#' * level} {name}\n" not in text]


def events_in(page: str) -> list[str]:
    """The events that a page's tables name in their first column."""
    return [name for row in _EVENT.findall(page) for name in re.findall(r"`([a-z_.]+)`", row)]


def unlogged(page: str, sources: str) -> list[str]:
    """Events that a page names and that the sources do not log."""
    return [name for name in events_in(page) if f'"{name}"' not in sources]


def test_every_setting_is_there(everything: str) -> None:
    assert lacking(settings(), everything) == []


def test_only_settings_are_named(everything: str) -> None:
    assert unknown_settings(everything) == []


def test_every_permission_is_there(everything: str) -> None:
    assert lacking(PERMISSIONS, everything) == []


def test_every_code_is_there(everything: str) -> None:
    assert lacking([*edge_codes(), *(each.code for each in refusals())], everything) == []


def test_every_command_is_there(everything: str) -> None:
    assert without_section(commands(), everything, 2) == []


def test_every_root_field_is_there(everything: str) -> None:
    roots = [schema().query_type, schema().mutation_type]

    assert lacking([name for root in roots if root for name in root.fields], everything) == []


def test_every_enum_and_value_is_there(everything: str) -> None:
    values = [value for kind in enums().values() for value in kind.values]

    assert without_section(enums(), everything, 3) == []
    assert lacking(values, everything) == []


def test_events_of_the_log_are_logged(root: Path) -> None:
    page = (root / "docs/operating/logs.md").read_text(encoding="utf-8")
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (root / "core").rglob("*.py"))

    assert len(events_in(page)) > 5
    assert unlogged(page, sources) == []


def test_what_lacks_is_found() -> None:
    assert lacking(["ticket.reply", "ticket.fly"], "one may `ticket.reply`, ticket.fly not") == ["ticket.fly"]


def test_an_unknown_setting_is_found() -> None:
    assert unknown_settings("set `DESKGRAPH_PORT` and `DESKGRAPH_PROT`") == ["DESKGRAPH_PROT"]


def test_a_section_that_lacks_is_found() -> None:
    assert without_section(["serve", "worker"], "\n## serve\n\n### worker\n", 2) == ["worker"]


def test_an_event_that_nothing_logs_is_found() -> None:
    page = "| `job.parked`, `job.flown` | gone |\n"

    assert unlogged(page, 'log.info("job.parked", id=1)') == ["job.flown"]
