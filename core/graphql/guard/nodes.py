"""What single nodes of a document say: sizes of lists, conditions, and what a field's author declared."""

from collections.abc import Sequence

from graphql import (
    BooleanValueNode,
    DirectiveNode,
    FieldNode,
    GraphQLArgument,
    GraphQLField,
    IntValueNode,
    ListValueNode,
    Undefined,
    ValueNode,
    VariableNode,
)

from core.graphql.guard.cost import Condition, Size


def declared_number(definition: GraphQLField, name: str) -> int | None:
    """A number that the field's author declared in its metadata."""
    declaration = definition.extensions.get("strawberry-definition")
    value = getattr(declaration, "metadata", {}).get(name)
    return value if isinstance(value, int) else None


def size_of(node: FieldNode, definition: GraphQLField, *, is_list: bool) -> Size | None:
    """What the field's arguments, or their defaults, say about how many items it answers with."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    names = ("first", "last", "ids") if is_list else ("first", "last")
    parts: list[int | str] = []
    for name in names:
        if name in given:
            parts += _parts(given[name], is_ids=name == "ids")
    if not parts:
        parts = [
            value
            for name in names
            if (value := _default(definition.args.get(name))) is not None and name not in given
        ]
    return Size(tuple(parts)) if parts else None


def _parts(value: ValueNode, *, is_ids: bool) -> list[int | str]:
    if isinstance(value, VariableNode):
        return [value.name.value]
    if is_ids:
        # One value stands for a list of one.
        return [len(value.values) if isinstance(value, ListValueNode) else 1]
    return [int(value.value[:12])] if isinstance(value, IntValueNode) else []


def _default(argument: GraphQLArgument | None) -> int | None:
    if argument is None:
        return None
    value = argument.default_value
    return value if value is not Undefined and isinstance(value, int) else None


def conditions_of(directives: Sequence[DirectiveNode] | None) -> tuple[Condition, ...] | None:
    """What `@skip` and `@include` demand of variables; None where they leave the selection out for good."""
    conditions: list[Condition] = []
    for directive in directives or ():
        if directive.name.value not in ("skip", "include"):
            continue
        wanted = directive.name.value == "include"
        value = directive.arguments[0].value if directive.arguments else None
        if isinstance(value, VariableNode):
            conditions.append((value.name.value, wanted))
        elif isinstance(value, BooleanValueNode) and value.value is not wanted:
            return None
    return tuple(conditions)
