"""What every part of the schema keeps to, as checks: each takes a schema and says what breaks its rule."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    Undefined,
    get_named_type,
    get_nullable_type,
    is_introspection_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_specified_directive,
    is_specified_scalar_type,
)

REMOVAL = re.compile(r"\bRemoval after (\d{4}-\d{2}-\d{2})\.")
WITH_FIELDS = GraphQLObjectType | GraphQLInterfaceType
PAGING = {"first": "Int", "after": "String", "last": "Int", "before": "String"}


def _types(schema: GraphQLSchema) -> Iterator[Any]:
    for each in schema.type_map.values():
        if not is_introspection_type(each) and not is_specified_scalar_type(each):
            yield each


def _fields(schema: GraphQLSchema) -> Iterator[tuple[str, GraphQLField]]:
    for each in _types(schema):
        if isinstance(each, WITH_FIELDS):
            yield from ((f"{each.name}.{name}", field) for name, field in each.fields.items())


def members(schema: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Everything inside types: fields, arguments, input members, enum values."""
    for place, field in _fields(schema):
        yield place, field
        yield from ((f"{place}({name})", argument) for name, argument in field.args.items())
    for each in _types(schema):
        if isinstance(each, GraphQLInputObjectType):
            yield from ((f"{each.name}.{name}", member) for name, member in each.fields.items())
        if isinstance(each, GraphQLEnumType):
            yield from ((f"{each.name}.{name}", value) for name, value in each.values.items())


def descriptions(schema: GraphQLSchema) -> Iterator[str]:
    """Everything is described."""
    for each in _types(schema):
        if not (each.description or "").strip():
            yield f"{each.name} has no description"
    for place, member in members(schema):
        if not (member.description or "").strip():
            yield f"{place} has no description"
    for directive in schema.directives:
        if not is_specified_directive(directive) and not directive.description:
            yield f"@{directive.name} has no description"


def nullable_roots(schema: GraphQLSchema) -> Iterator[str]:
    """A root field that fails must not take the others along."""
    for root in (schema.query_type, schema.mutation_type, schema.subscription_type):
        for name, field in (root.fields if root else {}).items():
            if is_non_null_type(field.type):
                yield f"{name} is never null"


def mutation_shape(schema: GraphQLSchema) -> Iterator[str]:
    """One `input`, one payload, both named after the mutation; refusals in `userErrors`, everything else nullable."""
    for name, field in (schema.mutation_type.fields if schema.mutation_type else {}).items():
        title = name[0].upper() + name[1:]
        given = {argument: str(each.type) for argument, each in field.args.items()}
        if given != {"input": f"{title}Input!"}:
            yield f"{name} takes {given}, not input: {title}Input!"
        payload = get_named_type(field.type)
        if str(field.type) != f"{title}Payload" or not isinstance(payload, GraphQLObjectType):
            yield f"{name} answers {field.type}, not {title}Payload"
            continue
        yield from _payload(payload)


def _payload(payload: GraphQLObjectType) -> Iterator[str]:
    errors = payload.fields.get("userErrors")
    if errors is None or str(errors.type) != "[UserError!]!":
        yield f"{payload.name} has no userErrors: [UserError!]!"
    for name, field in payload.fields.items():
        if name != "userErrors" and is_non_null_type(field.type):
            yield f"{payload.name}.{name} is never null, even when refused"


def deprecations(schema: GraphQLSchema, today: date) -> Iterator[str]:
    """What goes away says when, and is gone by then."""
    for place, member in members(schema):
        reason = member.deprecation_reason
        if reason is None:
            continue
        told = REMOVAL.search(reason)
        if told is None:
            yield f"{place} does not say: Removal after YYYY-MM-DD."
        elif date.fromisoformat(told[1]) < today:
            yield f"{place} was to be removed after {told[1]}"


def connection_types(schema: GraphQLSchema) -> Iterator[str]:
    """Relay's edges and pages, with the nodes beside them and a count on demand."""
    for each in _types(schema):
        if isinstance(each, GraphQLObjectType) and each.name.endswith("Connection"):
            node = each.name.removesuffix("Connection")
            edge = schema.get_type(f"{node}Edge")
            wanted = {
                "edges": f"[{node}Edge!]!", "nodes": f"[{node}!]!", "pageInfo": "PageInfo!", "totalCount": "Count",
            }  # fmt: skip
            yield from _lacking(each, wanted)
            if isinstance(edge, GraphQLObjectType):
                yield from _lacking(edge, {"cursor": "String!", "node": f"{node}!"})


def _lacking(each: GraphQLObjectType, wanted: dict[str, str]) -> Iterator[str]:
    for name, annotation in wanted.items():
        found = each.fields.get(name)
        if found is None or str(found.type) != annotation:
            yield f"{each.name} has no {name}: {annotation}"


OWN_ORDER = {"View.tickets"}
"""Lists whose order is kept with what they belong to, unless one asks for another."""


def connection_arguments(schema: GraphQLSchema) -> Iterator[str]:
    """Pages both ways, with a default size that the schema shows: an unbounded list cannot be asked for unawares."""
    for place, field in _fields(schema):
        if not get_named_type(field.type).name.endswith("Connection"):
            continue
        given = {name: str(argument.type) for name, argument in field.args.items()}
        for name, annotation in PAGING.items():
            if given.get(name) != annotation:
                yield f"{place} has no argument {name}: {annotation}"
        first = field.args.get("first")
        if first is not None and not 1 <= (_default(first) or 0) <= 100:
            yield f"{place} shows no default of first between 1 and 100"
        order = field.args.get("orderBy")
        if order is not None and _default(order) is None and place not in OWN_ORDER:
            yield f"{place} shows no default of orderBy"


def _default(argument: Any) -> Any:
    """What holds unless told, in whichever of its two ways the schema came by it."""
    if argument.default is not None:
        literal = argument.default.literal
        return int(literal.value) if hasattr(literal, "value") else (literal or argument.default.value)
    return None if argument.default_value is Undefined else argument.default_value


def cursors_are_text(schema: GraphQLSchema) -> Iterator[str]:
    """A scalar of cursors makes the types of variables differ for no gain."""
    if "Cursor" in schema.type_map:
        yield "there is a type Cursor"
    for place, field in _fields(schema):
        if place.lower().endswith("cursor") and get_named_type(field.type).name != "String":
            yield f"{place} is no String"


def named_for_what_they_are(schema: GraphQLSchema) -> Iterator[str]:
    """A client tells from the name of a type what it is for."""
    for each in _types(schema):
        if isinstance(each, GraphQLInputObjectType) and not each.name.endswith(
            ("Input", "Filter", "Order", "Selection")
        ):
            yield f"{each.name} does not end in Input, Filter, Order or Selection"
        if isinstance(each, GraphQLUnionType | WITH_FIELDS) and each.name.endswith(("Input", "Filter")):
            yield f"{each.name} is no input"


def ids_are_ids(schema: GraphQLSchema) -> Iterator[str]:
    """What is called an id is one, and none is a number or a text that a client could take apart."""
    for place, member in members(schema):
        name = re.split(r"[.(]", place.rstrip(")"))[-1]
        if name not in ("id", "ids") and not re.search(r"[a-z]Ids?$", name):
            continue
        if name.startswith(("external", "request", "document")):  # names that others gave
            continue
        inner = get_named_type(member.type)
        if is_leaf_type(inner) and inner.name != "ID":
            yield f"{place} is of type {inner.name}"


def filters_find_what_is_empty(schema: GraphQLSchema) -> Iterator[str]:
    """What may be null can be asked for by that."""
    for each in _types(schema):
        found = schema.type_map.get(each.name.removesuffix("Filter"))
        if not isinstance(each, GraphQLInputObjectType) or not isinstance(found, GraphQLObjectType):
            continue
        for name, member in each.fields.items():
            operators = get_named_type(member.type)
            may_be_null = name in found.fields and not is_non_null_type(found.fields[name].type)
            if (
                may_be_null
                and isinstance(operators, GraphQLInputObjectType)
                and "isNull" not in operators.fields
            ):
                yield f"{each.name}.{name} has no isNull"


def lists_hold_no_nulls(schema: GraphQLSchema) -> Iterator[str]:
    """A hole in a list means nothing; only `nodes(ids:)` answers place by place."""
    for place, member in members(schema):
        annotation = get_nullable_type(member.type) if hasattr(member, "type") else None
        if annotation is None or place == "Query.nodes":
            continue
        if is_list_type(annotation) and not isinstance(annotation.of_type, GraphQLNonNull):
            yield f"{place} may hold nulls"


def nodes_of(schema: GraphQLSchema, registered: set[str]) -> Iterator[str]:
    """What implements Node can be found by its id, and what can be found by its id implements Node."""
    node = schema.get_type("Node")
    assert isinstance(node, GraphQLInterfaceType)
    shown = {each.name for each in schema.get_possible_types(node)}
    yield from (f"{name} implements Node but is not registered" for name in sorted(shown - registered))
    yield from (f"{name} is registered but does not implement Node" for name in sorted(registered - shown))


def prefixes(given: list[tuple[str, str]]) -> Iterator[str]:
    """Three small letters for each type, no two alike."""
    taken: dict[str, str] = {}
    for name, prefix in given:
        if not re.fullmatch(r"[a-z]{3}", prefix):
            yield f"{name} has the prefix {prefix}"
        if prefix in taken:
            yield f"{name} and {taken[prefix]} share the prefix {prefix}"
        taken[prefix] = name
