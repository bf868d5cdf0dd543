"""The lists of root fields and of enums, from the schema."""

from functools import cache

from graphql import GraphQLEnumType, GraphQLField, GraphQLObjectType, GraphQLSchema, build_schema

from core.graphql.export import as_text
from core.graphql.delivered import delivered_schema
from docs._build.markdown import code, table


@cache
def schema() -> GraphQLSchema:
    """The product's schema as clients see it."""
    return build_schema(as_text(delivered_schema()))


def query_table() -> str:
    root = _fields(schema().query_type)
    return table(
        ("Field", "Answers", "Meaning"),
        [(code(name), code(str(field.type)), field.description or "") for name, field in root.items()],
    )


def mutation_table() -> str:
    root = _fields(schema().mutation_type)
    return table(
        ("Mutation", "Input", "Meaning"),
        [(code(name), _input(field), field.description or "") for name, field in root.items()],
    )


def _fields(root: GraphQLObjectType | None) -> dict[str, GraphQLField]:
    assert root is not None, "the schema has both roots"
    return dict(sorted(root.fields.items()))


def _input(field: GraphQLField) -> str:
    return code(str(field.args["input"].type))


def enums() -> dict[str, GraphQLEnumType]:
    """Every enum of the API, sort keys of lists apart: those are named after the fields they are."""
    return {
        name: kind
        for name, kind in sorted(schema().type_map.items())
        if isinstance(kind, GraphQLEnumType) and not name.startswith("__") and not name.endswith("OrderField")
    }


def enum_tables() -> str:
    return "\n\n".join(_enum(name, kind) for name, kind in enums().items())


def _enum(name: str, kind: GraphQLEnumType) -> str:
    values = [(code(value), each.description or "") for value, each in kind.values.items()]
    return f"### {name}\n\n{kind.description}\n\n{table(('Value', 'Meaning'), values)}"
