"""Pages speak of the product alone, and decisions have their form."""

import re
from pathlib import Path

import pytest

from tests.docs.conftest import PAGES
from tests.docs.reading import prose

_FOREIGN = re.compile(
    r"/work/|/tmp/|/root\b|/home/|\bshared/|\b(?-i:DESIGN|GRAPHQL|STACK|PERFORMANCE|STYLE|DOMAIN|REQUIREMENTS)\.md"
    r"|\b(?:sub-?agent|prompt|chat ?bot|language model|LLM)\b|\bmirror\b|\b10\.\d+\.\d+\.\d+|\b192\.168\.|\.internal\b"
    r"|\bTODO\b|\bFIXME\b|\bTBD\b",
    re.IGNORECASE,
)
_PARTS = ["Context", "Decision", "Consequences", "Alternatives"]


def foreign_words(text: str) -> list[str]:
    """Words of places where the product was made, and of things left to do."""
    return [each[0] for each in _FOREIGN.finditer(text)]


def long_lines(text: str) -> list[str]:
    """Lines over 130 characters that a person wrote; rows of tables cannot be broken."""
    written = re.sub(r"<!-- begin generated.*?<!-- end generated -->", "", text, flags=re.DOTALL)
    return [line for line in written.splitlines() if len(line) > 130 and not line.startswith("|")]


def parts_of(record: str) -> list[str]:
    return re.findall(r"^## (.+)$", prose(record), re.MULTILINE)


def test_pages_speak_of_the_product_alone(text: str) -> None:
    assert foreign_words(text) == []


def test_lines_fit_a_screen(text: str) -> None:
    assert long_lines(text) == []


@pytest.mark.parametrize("name", [name for name in sorted(PAGES) if re.match(r"docs/decisions/\d", name)])
def test_a_decision_has_its_form(name: str) -> None:
    record = PAGES[name]

    number = int(Path(name).name[:4])
    assert record.startswith(f"# {number}. ")
    assert re.search(r"^\*\*Area:\*\* \S", record, re.MULTILINE)
    assert parts_of(record) == _PARTS
    assert len(record.splitlines()) <= 60


def test_decisions_are_numbered_without_gaps_and_listed_by_their_titles() -> None:
    records = {name: text for name, text in PAGES.items() if re.match(r"docs/decisions/\d", name)}
    numbers = sorted(int(Path(name).name[:4]) for name in records)
    listed = PAGES["docs/decisions/README.md"]

    assert numbers == list(range(1, len(numbers) + 1))
    for name, text in records.items():
        title = text.splitlines()[0].removeprefix("# ")
        number, _, words = title.partition(". ")
        assert f"{number}. [{words}]({Path(name).name})" in listed


def test_the_architecture_fits_two_pages() -> None:
    words = prose(PAGES["docs/architecture.md"]).split()

    assert len(words) < 1100
    assert PAGES["docs/architecture.md"].count("```mermaid") == 1


def test_foreign_words_are_found() -> None:
    assert foreign_words("see /work/x and DESIGN.md, requirements.md; TODO") == [
        "/work/",
        "DESIGN.md",
        "TODO",
    ]
    assert parts_of("## Context\n```\n## Not\n```\n## Decision") == ["Context", "Decision"]


def test_a_long_line_is_found() -> None:
    long = "x" * 131

    assert long_lines(
        f"short\n{long}\n| {long} |\n<!-- begin generated: t -->{long}<!-- end generated -->"
    ) == [long]
