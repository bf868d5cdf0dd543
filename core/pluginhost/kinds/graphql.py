"""What plugins add to the API: the rules that hold whatever else is in the schema."""

import inspect
import re
from typing import Any

from strawberry.types.enum import StrawberryEnumDefinition

from core.kit.graph import Payload
from core.kit.graph.sources import One, source_of
from core.pluginhost.failures import Refused
from core.pluginhost.kinds.kind import Kind
from core.pluginhost.own_types import annotated, fields_of, own_types
from core.sdk.graphql import GraphQLExtension, Mutation, TypeField


def camel(name: str) -> str:
    """As a field of the API is called: `ticket_links` is `ticketLinks`."""
    return re.sub(r"_+([a-z0-9])", lambda found: found[1].upper(), name.rstrip("_"))


def pascal(name: str) -> str:
    """As a type of the API is called: `ticket_links` is `TicketLinks`."""
    made = camel(name)
    return made[:1].upper() + made[1:]


def _checked(plugin: str, given: object) -> GraphQLExtension:
    if not isinstance(given, GraphQLExtension):
        raise Refused("extend_graphql returns a GraphQLExtension, or None.")
    for type_name, field in given.fields.items():
        _check_field(type_name, field)
    for mutation in given.mutations:
        _check_mutation(plugin, mutation)
    for name, kind in own_types(given).items():
        _check_type(plugin, name, kind)
    return given


def _check_field(type_name: str, field: object) -> None:
    if not isinstance(field, TypeField):
        raise Refused(f"The field on {type_name} is no TypeField.")
    if not inspect.iscoroutinefunction(field.load):
        raise Refused(f"What loads the field on {type_name} must be `async def load(caller, parents)`.")
    if not field.description:
        raise Refused(f"The field on {type_name} needs a description.")


def _check_mutation(plugin: str, mutation: object) -> None:
    if not isinstance(mutation, Mutation):
        raise Refused("`mutations` holds what `@mutation` makes, and nothing else.")
    name = mutation.name
    if not inspect.iscoroutinefunction(mutation.handler):
        raise Refused(f"{name} must be `async def {name}(caller, input)`.")
    if not name.startswith(f"{plugin}_") or not mutation.description:
        raise Refused(f"The mutation {name} needs a description, and a name that begins with {plugin}_.")
    for part, ending in (("input", "Input"), ("return", "Payload")):
        if annotated(mutation, part).__name__ != f"{pascal(name)}{ending}":
            raise Refused(f"{name} has {pascal(name)}Input as its input and answers {pascal(name)}Payload.")
    if not issubclass(annotated(mutation, "return"), Payload):
        raise Refused(f"{pascal(name)}Payload must be a subclass of Payload.")


def _check_type(plugin: str, name: str, kind: Any) -> None:
    if not name.startswith(pascal(plugin)):
        raise Refused(f"The type {name} must have a name that begins with {pascal(plugin)}.")
    definition = kind if isinstance(kind, StrawberryEnumDefinition) else None
    told = definition or getattr(kind, "__strawberry_definition__", None)
    if told is not None and not told.description:
        raise Refused(f"The type {name} needs a description.")
    for field in fields_of(kind):
        if not field.description:
            raise Refused(f"{name}.{field.python_name} needs a description.")
        if field.base_resolver is not None and not isinstance(source_of(field), One):
            raise Refused(
                f"{name}.{field.python_name} has a resolver, which would be asked once for each object; let the "
                "function that makes the objects work it out."
            )


GRAPHQL = Kind(
    "API of the plugin",
    "extend_graphql",
    _checked,
    lambda plugin, _each: plugin,
    is_single=True,
    needs_tables=True,
)
