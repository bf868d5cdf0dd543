"""Names beside people: whoever reads a message reads who said it, even where the person's account is not theirs to
see. The name and nothing else: no id to ask further with, no address, no organisation."""

from typing import Any

from core.identity.queries import name_of as name_in_sql
from core.kit.graph import column as declared_column


def name_of(column: str, description: str) -> Any:
    """The name of the person whose key stands in `column`; seen by all who see the object itself."""
    return declared_column(description, sql=name_in_sql(f"{{t}}.{column}"))
