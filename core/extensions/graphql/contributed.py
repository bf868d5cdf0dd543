"""Strawberry's fields for what plugins add to the API, with the gate between. A plugin declares; all that its functions
cannot get wrong is made here: names, nullability, rights, deadlines."""

import inspect
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Optional

from graphql import GraphQLField
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.field import StrawberryField

from core.extensions.graphql.gate import guarded_call, guarded_load
from core.kit.graph import Info, NodeType, Payload, batched
from core.kit.graph import mutation as mutation_field
from core.pluginhost.failures import Refused
from core.pluginhost.kinds.graphql import camel
from core.sdk.graphql import Mutation, TypeField

_PLUGIN = "deskgraph-plugin"


def type_field(plugin: str, target: NodeType, field: TypeField) -> StrawberryField:
    """The field on a type of the product. Raises Refused for needs that the type does not have."""
    known = target.columns.keys() | target.needs
    unknown = [each for each in field.needs if each not in known]
    if unknown:
        raise Refused(f"{target.name} has no {unknown[0]}; there are {', '.join(sorted(target.columns))}.")
    made: StrawberryField = batched(
        tuple(field.needs), guarded_load(plugin, f"{target.name}.{camel(plugin)}", field), field.description
    )
    made.python_name = plugin
    made.graphql_name = camel(plugin)
    made.type_annotation = StrawberryAnnotation(Optional[field.returns])  # noqa: UP045 - made, not written
    return _of(plugin, made)


def mutation_of(plugin: str, declared: Mutation) -> StrawberryField:
    """The mutation, as the product's own are: one input, one payload with `userErrors`, one transaction."""
    call = guarded_call(plugin, declared)

    async def handler(info: Info, input: Any) -> Payload:
        return await call(info.context, input)

    annotations = inspect.get_annotations(declared.handler, eval_str=True)
    handler.__name__, handler.__module__ = declared.name, declared.handler.__module__
    handler.__annotations__ = {"info": Info, "input": annotations["input"], "return": annotations["return"]}
    made: StrawberryField = mutation_field(declared.description, permission=declared.permission)(handler)
    made.python_name = declared.name
    return _of(plugin, made)


def _of(plugin: str, made: StrawberryField) -> StrawberryField:
    made.metadata = MappingProxyType({**(made.metadata or {}), _PLUGIN: plugin})
    return made


def plugin_of(definition: GraphQLField) -> str | None:
    """The plugin that brings a field of the schema; None for the product's own."""
    declared: StrawberryField | None = definition.extensions.get("strawberry-definition")
    return None if declared is None else owner_of(declared)


def owner_of(declared: StrawberryField) -> str | None:
    """The same of a field that is not in a schema yet."""
    known: Mapping[Any, Any] = declared.metadata or {}
    return known.get(_PLUGIN)
