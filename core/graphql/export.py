"""The schema as a file: in alphabetical order throughout, so that it changes only where the API does."""

import strawberry
from graphql import build_schema, lexicographic_sort_schema, print_schema


def as_text(schema: strawberry.Schema) -> str:
    """The schema in GraphQL's own language, ending in a line break."""
    # Sorted from the text: sorting the live schema loses the classes behind the defaults of enums.
    return print_schema(lexicographic_sort_schema(build_schema(schema.as_str()))) + "\n"
