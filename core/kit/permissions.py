"""Which permissions there are: declared by the domains and by plugins, asked by those that grant and check them."""

from collections.abc import Mapping
from types import MappingProxyType

_declared: dict[str, str] = {}


def declare(permissions: Mapping[str, str]) -> None:
    """Make permissions known: key to what it allows. Raises ValueError for a key that means something else already."""
    for key, description in permissions.items():
        if _declared.setdefault(key, description) != description:
            raise ValueError(f"The permission {key} is declared already")


def declared() -> Mapping[str, str]:
    """Every permission by key."""
    return MappingProxyType(_declared)
