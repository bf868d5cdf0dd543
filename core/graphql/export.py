"""The schema as files: in alphabetical order throughout, so that they change only where the API does."""

from collections.abc import Iterator

import strawberry
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    is_introspection_type,
    lexicographic_sort_schema,
    print_schema,
    print_type,
)
from graphql.utilities.print_schema import print_fields

ENTIRE = "schema.graphql"
"""The API as it is delivered: the product's own, and what its shipped plugins add."""
CORE = "tests/schema/core.graphql"
"""The product's own alone."""


def as_text(schema: strawberry.Schema) -> str:
    """The schema in GraphQL's own language, ending in a line break."""
    return print_schema(_sorted(schema)) + "\n"


def additions(core: strawberry.Schema, extended: strawberry.Schema) -> str:
    """What the second has beyond the first, in GraphQL's own language: new types, and extensions of those that were
    there."""
    return "\n\n".join(_added(_sorted(core), _sorted(extended))) + "\n"


def _sorted(schema: strawberry.Schema) -> GraphQLSchema:
    # Sorted from the text: sorting the live schema loses the classes behind the defaults of enums.
    return lexicographic_sort_schema(build_schema(schema.as_str()))


def _added(core: GraphQLSchema, extended: GraphQLSchema) -> Iterator[str]:
    for name, kind in extended.type_map.items():
        if is_introspection_type(kind):
            continue  # every schema has the same objects of these
        before = core.type_map.get(name)
        if before is None:
            yield print_type(kind)
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            known = before.fields  # type: ignore[attr-defined] # a type stays of its kind
            kind.fields = {each: field for each, field in kind.fields.items() if each not in known}
            if kind.fields:
                yield f"extend type {name}{print_fields(kind)}"
