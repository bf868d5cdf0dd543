"""Completes what batched functions answer: Python objects whose selected fields are plain, that is attributes and what
is rendered from one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_nullable_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)

from core.graphql.compiled.arguments import constant_arguments
from core.graphql.compiled.leaves import Bail, completion, need
from core.graphql.compiled.schema import Declarations, NotCompilable
from core.graphql.compiled.selection import Fields, Selection
from core.kit.graph.node import Node
from core.kit.graph.request import Request
from core.kit.graph.sources import Column


@dataclass(frozen=True, slots=True)
class Completing:
    """A batch of values that is completed."""

    request: Request
    rows: dict[tuple[int, int], tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    """Rows and what they became, by place in the document and identity: many values lead to the same few, as all values
    of a custom field do to the field. A row is kept beside its answer, or another could come to have its identity."""


Complete = Callable[[Any, Completing], Any]
"""`(value, batch) -> what the answer holds`. Raises Bail, or whatever the value does."""


def completer(declarations: Declarations, selection: Selection, type_: Any, fields: Fields) -> Complete:
    """Raises NotCompilable where a selected field is more than an attribute."""
    return _Completers(declarations, selection).of(type_, fields)


class _Completers:
    def __init__(self, declarations: Declarations, selection: Selection) -> None:
        self._declarations = declarations
        self._selection = selection

    def of(self, type_: Any, fields: Fields) -> Complete:
        if is_non_null_type(type_):
            return _non_null(self.of(type_.of_type, fields))
        if is_list_type(type_):
            return self._list(type_, fields)
        if is_leaf_type(type_):
            complete = completion(type_)
            return lambda value, _batch: complete(value)
        if is_abstract_type(type_):
            return self._abstract(type_, fields)
        return self._object(type_, fields)

    def _list(self, type_: GraphQLList[Any], fields: Fields) -> Complete:
        inner = type_.of_type
        bare = inner.of_type if isinstance(inner, GraphQLNonNull) else inner
        if is_leaf_type(bare):
            plain = completion(type_)
            return lambda value, _batch: plain(value)
        item = self.of(inner, fields)

        def complete(value: Any, batch: Completing) -> Any:
            if value is None:
                return None
            if not isinstance(value, list | tuple):
                raise Bail
            return [item(each, batch) for each in value]

        return complete

    def _abstract(self, type_: Any, fields: Fields) -> Complete:
        known: dict[type[Any], Complete] = {}
        for possible in self._declarations.core.get_possible_types(type_):
            origin = self._declarations.class_of(possible)
            if origin is not None:
                known[origin] = self._object(possible, fields)

        def complete(value: Any, batch: Completing) -> Any:
            if value is None:
                return None
            found = known.get(type(value))
            if found is None:
                raise Bail
            return found(value, batch)

        return complete

    def _object(self, type_: GraphQLObjectType, fields: Fields) -> Complete:
        origin = self._declarations.class_of(type_)
        if origin is None:
            raise NotCompilable(f"{type_.name} is not declared by a domain")
        getters = {
            name: self._getter(type_, details)
            for name, details in self._selection.within(type_, fields).items()
        }

        def complete(value: Any, batch: Completing) -> Any:
            if value is None:
                return None
            if not isinstance(value, origin):
                raise Bail
            return {name: getter(value, batch) for name, getter in getters.items()}

        return once_for_each_row(complete) if issubclass(origin, Node) else complete

    def _getter(self, type_: GraphQLObjectType, fields: Fields) -> Complete:
        name = fields[0].node.name.value
        if name == "__typename":
            typename = type_.name
            return lambda _value, _batch: typename
        definition = type_.fields[name]
        declared = self._declarations.field(definition)
        if declared is None:
            raise NotCompilable(f"{type_.name}.{name} is of the protocol")
        source, attribute = self._declarations.source(definition), declared.python_name
        render = source.render if isinstance(source, Column) else None
        if declared.base_resolver is not None and render is None:
            raise NotCompilable(f"{type_.name}.{name} is worked out object by object")
        if render is None and is_leaf_type(get_nullable_type(definition.type)):
            leaf = completion(definition.type)
            return lambda value, _batch: leaf(getattr(value, attribute))
        complete = self.of(definition.type, fields)
        if render is None:
            return lambda value, batch: complete(getattr(value, attribute), batch)
        arguments = constant_arguments(self._declarations, self._selection, definition, fields[0].node)
        return lambda value, batch: complete(
            render(getattr(value, attribute), batch.request, **arguments), batch
        )


def _non_null(inner: Complete) -> Complete:
    return lambda value, batch: need(inner(value, batch))


def once_for_each_row(complete: Complete) -> Complete:
    """Completes a row once in each batch, however often it is led to."""
    place = id(complete)

    def look_up(value: Any, batch: Completing) -> Any:
        if value is None:
            return None
        known = batch.rows.get((place, id(value)))
        if known is None:
            known = batch.rows[place, id(value)] = value, complete(value, batch)
        return known[1]

    return look_up
