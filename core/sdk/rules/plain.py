"""Plain data that stays as it is: whoever is handed it can copy, store and send it on, and not change it for others."""

import math
from collections.abc import Mapping
from typing import Any

DEEPEST = 100
"""How deep data may be nested. What writes and reads JSON has limits, too, above this."""
_WHOLE = 2**63


def _refuse(*_given: Any, **_named: Any) -> Any:
    raise TypeError("this does not change; make a copy, as by dict(…) or list(…)")


class FrozenDict(dict[str, Any]):
    """A dict that cannot be changed. Its copies can, but for those that `copy.copy` makes."""

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (dict(self),)


class FrozenList(list[Any]):
    """A list that cannot be changed. Its copies can, but for those that `copy.copy` makes."""

    __setitem__ = __delitem__ = __iadd__ = __imul__ = append = extend = insert = _refuse
    pop = remove = clear = sort = reverse = _refuse

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (list(self),)


def frozen(data: Any, depth: int = 0) -> Any:
    """A frozen copy of what PostgreSQL and JSON can hold: texts, numbers, booleans, None, lists, and mappings by texts.
    Raises ValueError for anything else: a whole number of more than 64 bits, a text that is not Unicode."""
    if depth > DEEPEST:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")
    match data:
        case None | bool():
            return data
        case str() if is_storable(data):
            return data
        case int() if -_WHOLE <= data < _WHOLE:
            return data
        case float() if math.isfinite(data):
            return data
        case list() | tuple():
            return FrozenList(frozen(each, depth + 1) for each in data)
        case Mapping() if all(isinstance(key, str) and is_storable(key) for key in data):
            return FrozenDict({key: frozen(value, depth + 1) for key, value in data.items()})
        case _:
            raise ValueError(f"a {type(data).__name__} like this is no plain data")


def is_storable(text: str) -> bool:
    """Whether PostgreSQL can hold a text: half a character, or the character of number 0, it cannot."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False
