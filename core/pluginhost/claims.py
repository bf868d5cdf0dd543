"""Names that only one may have. Whoever comes second is refused, and told who was first."""

from collections.abc import Iterable, Mapping

from core.pluginhost.failures import Refused

CORE = "the product itself"


class Claims:
    """Who has which name, by kind of name."""

    def __init__(self, taken: Mapping[str, Iterable[str]] | None = None) -> None:
        self._owners = {(kind, name): CORE for kind, names in (taken or {}).items() for name in names}

    def check(self, kind: str, names: Iterable[str], owner: str) -> None:
        """Raises Refused, with both owners, for a name that somebody has or that comes twice."""
        seen: set[str] = set()
        for name in names:
            first = owner if name in seen else self._owners.get((kind, name))
            if first is not None:
                raise Refused(f"The {kind} {name} of {owner} is taken already, by {first}.")
            seen.add(name)

    def take(self, kind: str, names: Iterable[str], owner: str) -> None:
        """All of the names or none. Raises what `check` does."""
        wanted = list(names)
        self.check(kind, wanted, owner)
        self._owners |= {(kind, name): owner for name in wanted}
