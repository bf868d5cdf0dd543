"""Selections that ask for everything, generated from the schema."""

from functools import cache

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from core.graphql.delivered import delivered_schema

DEPTH = 3
"""How many relations are followed; the wrappers of lists are not counted."""

_WRAPPERS = ("Connection", "Edge")


@cache
def schema() -> GraphQLSchema:
    return delivered_schema()._schema


def everything(type_name: str, depth: int = DEPTH) -> str:
    """`{ … }` with every field of a type, of the types its fields lead to, and so on."""
    kind = schema().type_map[type_name]
    if isinstance(kind, GraphQLObjectType):
        return f"{{ __typename {' '.join(_fields(kind, depth))} }}"
    assert isinstance(kind, GraphQLInterfaceType | GraphQLUnionType)
    parts = []
    for possible in schema().get_possible_types(kind):
        # Fields of one name may differ in type between the possibilities, so each gets a name of its own.
        fields = " ".join(
            f"{possible.name}_{number}: {each}" for number, each in enumerate(_fields(possible, depth))
        )
        parts.append(f"... on {possible.name} {{ {fields} }}")
    return f"{{ __typename {' '.join(parts)} }}"


def _fields(kind: GraphQLObjectType, depth: int) -> list[str]:
    found = []
    for name, field in kind.fields.items():
        assert not any(is_required_argument(each) for each in field.args.values()), (
            f"{kind.name}.{name} needs more"
        )
        inner = get_named_type(field.type)
        if is_leaf_type(inner):
            found.append(name)
            continue
        left = depth if kind.name.endswith(_WRAPPERS) else depth - 1
        if left > 0 or inner.name in ("PageInfo", "Count"):
            found.append(f"{name}{_first(field)} {everything(inner.name, left)}")
    return found


def _first(field: GraphQLField) -> str:
    return "(first: 5)" if "first" in field.args else ""


def root_fields() -> dict[str, GraphQLField]:
    """The fields of the query root."""
    root = schema().query_type
    assert root is not None
    return dict(root.fields)


def root_selection(name: str) -> str:
    """A whole query of one root field that needs no argument."""
    field = root_fields()[name]
    inner = get_named_type(field.type)
    below = "" if is_leaf_type(inner) else " " + everything(inner.name)
    arguments = "(first: 100)" if "first" in field.args else ""
    return f"{{ {name}{arguments}{below} }}"
