"""Conditions of several ways: used whole as any other, and taken apart so that each row goes one way."""

from itertools import product

from core.kit.database import fetch
from core.kit.database.branches import any_of, apart


async def test_each_row_goes_one_way_and_no_other_does() -> None:
    condition = any_of("x.a", "x.b", "x.c", within="x.alive")
    rows = ", ".join(
        f"({each}::boolean, {a}::boolean, {b}::boolean, {c}::boolean)"
        for each, a, b, c in product(("true", "false", "null"), repeat=4)
    )
    ways = " + ".join(f"(({each}) is true)::int" for each in apart(condition))

    found = await fetch(
        f"select ({condition}) is true as holds, {ways} as ways from (values {rows}) x(alive, a, b, c)"
    )

    assert len(found) == 81
    assert {(row["holds"], row["ways"]) for row in found} == {(True, 1), (False, 0)}


def test_another_condition_is_one_way() -> None:
    assert apart("x.a or x.b") == ["x.a or x.b"]
