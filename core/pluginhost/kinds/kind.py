"""What a plugin may bring along, as the loader sees it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Thing = TypeVar("Thing")


def is_words(given: object) -> bool:
    """Whether it is something that people can read; whatever else it is would fail where it is translated."""
    return isinstance(given, str) and bool(given.strip())


@dataclass(frozen=True, slots=True)
class Kind(Generic[Thing]):
    """One kind of thing, and the hook that brings it."""

    name: str
    """As people read it, in the singular: `permission`."""
    hook: str
    check: Callable[[str, Any], Thing]
    """The thing, given the plugin's name and what its hook returned. Raises Refused for what must not be taken."""
    key: Callable[[str, Thing], str]
    """By which name it is known to the whole installation, given the plugin's. Only one may have it."""
    is_single: bool = False
    """Whether the hook returns one thing, or None, instead of several."""
    needs_tables: bool = False
    """Whether it may work with the plugin's tables: it is left out where those are broken."""

    claimed_as: str = ""
    """What its names are taken as, where it shares them with other kinds."""
    names_within: Callable[[Thing], Mapping[str, list[str]]] = lambda _thing: {}
    """Other names that a thing takes in the installation, by what they are."""
    awaits: Callable[[Thing], Sequence[str]] = lambda _thing: ()
    """The types of event that it waits for: something has to tell them."""
    awaits_any: bool = False
    """Whether one that is told is enough for it: others may be those of plugins that are not here."""

    def claims(self, given: Sequence[tuple[str, Thing]]) -> Mapping[str, list[str]]:
        """All names that things take, by what they are."""
        found = {self.claimed_as or self.name: [key for key, _ in given]}
        for _, each in given:
            for what, names in self.names_within(each).items():
                found.setdefault(what, []).extend(names)
        return found

    def read(self, plugin: str, returned: Any) -> list[tuple[str, Thing]]:
        """What a hook returned, each with its name. Raises Refused, and whatever reading a generator raises."""
        given: Iterable[Any] = ([] if returned is None else [returned]) if self.is_single else returned
        return [(self.key(plugin, each), each) for each in (self.check(plugin, one) for one in given)]
