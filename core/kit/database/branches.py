"""Conditions that hold where one of several does, each of which finds its rows by an index of its own."""

from collections.abc import Sequence


class AnyOf(str):
    """SQL for such a condition, to be used as any other. Who counts rows asks way by way instead: put as a whole to
    every row that some other index leads to, it meets a whole desk where few are somebody's."""

    within: str
    ways: tuple[str, ...]


def any_of(*ways: str, within: str = "true") -> AnyOf:
    """At least one of these holds, and `within` does. What is asked with least effort comes first."""
    made = AnyOf(f"{within} and ({' or '.join(ways)})")
    made.within, made.ways = within, ways
    return made


def apart(condition: str) -> Sequence[str]:
    """Conditions of which one holds for a row where the given one does, and no two do."""
    if not isinstance(condition, AnyOf):
        return [condition]
    return [
        " and ".join(
            [condition.within, way, *(f"({before}) is not true" for before in condition.ways[:place])]
        )
        for place, way in enumerate(condition.ways)
    ]
