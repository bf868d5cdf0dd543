"""The marked regions of a page, and what is to stand in them."""

import re
from collections.abc import Callable, Mapping

REGION = re.compile(
    r"(?P<begin><!-- begin generated: (?P<name>[\w-]+) -->\n).*?(?P<end><!-- end generated -->)", re.DOTALL
)

Table = Callable[[], str]


class UnknownTable(ValueError):
    """A page asks for a table that nobody makes."""

    def __init__(self, name: str, known: Mapping[str, Table]) -> None:
        super().__init__(f"There is no table {name!r}; there is: {', '.join(sorted(known))}.")


def rewritten(text: str, tables: Mapping[str, Table]) -> str:
    """The page with each region filled anew. Raises UnknownTable."""

    def fill(found: re.Match[str]) -> str:
        name = found["name"]
        if name not in tables:
            raise UnknownTable(name, tables)
        return f"{found['begin']}\n{tables[name]().strip()}\n\n{found['end']}"

    return REGION.sub(fill, text)


def names_in(text: str) -> list[str]:
    """The tables that a page asks for."""
    return [found["name"] for found in REGION.finditer(text)]
