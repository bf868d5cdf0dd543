"""No change breaks a client of the last release unawares: released.graphql is what that release shipped."""

from datetime import date
from pathlib import Path

from graphql import GraphQLSchema, build_schema

from tests.schema.changes import acknowledged, changes

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 23)

RELEASED = """
type Query {
  a: Int
  b(x: Int, y: Int): Int
  old: Int @deprecated(reason: "Use a. Removal after 2026-11-22.")
  recent: Int @deprecated(reason: "Use a. Removal after 2026-11-23.")
}
enum E { A OLD @deprecated(reason: "Removal after 2026-11-22.") }
input I { a: Int old: Int @deprecated(reason: "Removal after 2026-11-22.") }
type T { e(i: I, old: Int @deprecated(reason: "Removal after 2026-11-22.")): E }
"""
NOW = """
type Query { b(x: Int = 1, z: Int): Int }
enum E { A B }
input I { a: Int! c: Int d: Int! }
type T { e(i: I): E }
"""


def test_every_break_since_the_last_release_is_acknowledged(schema: GraphQLSchema) -> None:
    released = build_schema((FOLDER / "released.graphql").read_text())
    known = acknowledged((FOLDER / "acknowledged.txt").read_text())

    # Both ways: a line that names no change any more is to be taken out.
    assert sorted(changes(released, schema, date.today())) == sorted(known)


def test_breaks_are_found_and_removals_that_were_announced_are_let_through() -> None:
    assert list(changes(build_schema(RELEASED), build_schema(NOW), TODAY)) == [
        "FIELD_REMOVED: Field Query.a was removed.",
        "FIELD_REMOVED: Field Query.recent was removed.",
        "ARG_REMOVED: Argument Query.b(y:) was removed.",
        "REQUIRED_INPUT_FIELD_ADDED: A required field I.d was added.",
        "FIELD_CHANGED_KIND: Field I.a changed type from Int to Int!.",
        "VALUE_ADDED_TO_ENUM: Enum value E.B was added.",
    ]


def test_an_acknowledged_break_is_a_line_without_a_hash() -> None:
    assert acknowledged("# why\nFIELD_REMOVED: Field Query.a was removed.\n\n") == [
        "FIELD_REMOVED: Field Query.a was removed."
    ]
