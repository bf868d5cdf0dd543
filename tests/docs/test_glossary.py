"""The words of the API are in the glossary."""

import re

from docs._build.fields import schema
from tests.docs.conftest import PAGES

_MADE = re.compile(r"(?:Connection|Edge|Filter|Order|OrderField|Payload|Input)$")
_SCALARS = {"ID", "String", "Int", "Float", "Boolean"}


def unexplained(types: list[str], glossary: str) -> list[str]:
    """Types that the glossary does not have. Those made from others are explained by how their names end."""
    return [
        name
        for name in types
        if not _MADE.search(name) and name not in _SCALARS and not re.search(rf"\b{name}\b", glossary)
    ]


def test_every_type_is_explained() -> None:
    types = [name for name in schema().type_map if not name.startswith("__")]

    assert unexplained(types, PAGES["docs/glossary.md"]) == [], "add the word to docs/glossary.md"


def test_names_that_are_made_are_explained() -> None:
    for ending in ("Connection", "Edge", "Filter", "Order", "OrderField", "Payload", "Input"):
        assert f"`{ending}`" in PAGES["docs/glossary.md"]


def test_every_value_of_an_enum_is_described() -> None:
    rows = re.findall(r"^\| `[A-Z_]+` \| (.*) \|$", PAGES["docs/glossary.md"], re.MULTILINE)

    assert len(rows) > 20
    assert [row for row in rows if len(row) < 3] == []


def test_a_word_that_lacks_is_found() -> None:
    assert unexplained(["Ticket", "TicketConnection", "Widget", "ID"], "A `Ticket` is …") == ["Widget"]
