"""Whose field failed: for errors that arise when a plugin's values are put into an answer, where none of its code is on
the stack any more."""

from collections.abc import Iterator, Sequence
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    SelectionSetNode,
    get_named_type,
    is_abstract_type,
)

from core.extensions.graphql.contributed import plugin_of
from core.graphql.prepared import PreparedOperation


def plugin_at(schema: GraphQLSchema, operation: PreparedOperation, path: Sequence[str | int]) -> str | None:
    """The plugin that brings the outermost of its fields on this path of the answer; None where all are the product's
    own."""
    kinds: list[Any] = [schema.get_root_type(operation.kind)]
    selections = [operation.node.selection_set]
    for key in path:
        if isinstance(key, int):
            continue
        nodes = [each for one in selections for each in _fields(one, operation) if _answered_as(each) == key]
        found = [
            kind.fields[node.name.value]
            for kind in kinds
            for node in nodes
            if node.name.value in getattr(kind, "fields", ())
        ]
        for definition in found:
            if plugin := plugin_of(definition):
                return plugin
        kinds = [each for definition in found for each in _possible(schema, get_named_type(definition.type))]
        selections = [node.selection_set for node in nodes if node.selection_set]
    return None


def _possible(schema: GraphQLSchema, kind: Any) -> list[Any]:
    return [kind, *schema.get_possible_types(kind)] if is_abstract_type(kind) else [kind]


def _answered_as(node: FieldNode) -> str:
    return (node.alias or node.name).value


def _fields(selections: SelectionSetNode, operation: PreparedOperation) -> Iterator[FieldNode]:
    """The fields selected here, those of fragments included. Validation has refused fragments that go round."""
    for each in selections.selections:
        if isinstance(each, FieldNode):
            yield each
        elif isinstance(each, FragmentSpreadNode):
            fragment = operation.document.fragment_definitions[each.name.value]
            yield from _fields(fragment.selection_set, operation)
        elif isinstance(each, InlineFragmentNode):
            yield from _fields(each.selection_set, operation)
