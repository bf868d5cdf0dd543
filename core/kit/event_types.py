"""Which types of event there are: declared by the domains, and by whoever else records events of their own; asked by
those whom callers tell types by name."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

_declared: dict[str, str] = {}


def declare(types: Mapping[str, str]) -> None:
    """Make types known: key, as in `ticket.created`, to what happened. Raises ValueError for a key that means something
    else already."""
    for key, description in types.items():
        if _declared.setdefault(key, description) != description:
            raise ValueError(f"The type of event {key} is declared already")


def declared() -> Mapping[str, str]:
    """Every type by key."""
    return MappingProxyType(_declared)


def first_unknown(types: Iterable[str]) -> str | None:
    """The first of these that no type is called."""
    return next((each for each in types if each not in _declared), None)


def is_family(value: str) -> bool:
    """Whether it stands for types that begin alike, as `ticket.*` does."""
    family = value.removesuffix("*")
    return value.endswith(".*") and any(each.startswith(family) for each in _declared)
