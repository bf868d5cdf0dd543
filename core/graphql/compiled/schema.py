"""What a schema's fields were declared as, as graphql-core's types show it."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import strawberry
from graphql import FieldNode, GraphQLField, GraphQLSchema, get_named_type, get_nullable_type, is_leaf_type
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import convert_arguments
from strawberry.types.base import StrawberryMaybe
from strawberry.types.field import StrawberryField
from tortoise import Tortoise, fields

from core.kit.graph.node import NodeType, registry
from core.kit.graph.sources import Source, source_of

_DECLARED = "strawberry-definition"


class NotCompilable(Exception):
    """A field cannot be part of a compiled read; `str` says why, for whoever explains a document."""


class Declarations:
    """The declarations behind one schema."""

    def __init__(self, schema: strawberry.Schema) -> None:
        self.core: GraphQLSchema = schema._schema
        self._config = schema.config
        self._scalars = schema.schema_converter.scalar_registry

    def field(self, field: GraphQLField) -> StrawberryField | None:
        """What a domain wrote; None for a field that is of the protocol itself."""
        found: StrawberryField | None = field.extensions.get(_DECLARED)
        return found

    def source(self, field: GraphQLField) -> Source | None:
        declared = self.field(field)
        return source_of(declared) if declared is not None else None

    def node_type(self, field_type: Any) -> NodeType | None:
        """The type with an id that a field leads to, whatever it is wrapped in."""
        return registry.by_name.get(get_named_type(field_type).name)

    def class_of(self, object_type: Any) -> type[Any] | None:
        declared = object_type.extensions.get(_DECLARED)
        return None if declared is None else declared.origin

    def arguments(self, field: GraphQLField, node: FieldNode, variables: VariableValues) -> dict[str, Any]:
        """A field's arguments as its Python code gets them. Raises GraphQLError as the specification says."""
        given = get_argument_values(field, node, variables) if field.args else {}
        declared = self.field(field)
        if declared is None:
            return given
        return convert_arguments(
            given, declared.arguments, scalar_registry=self._scalars, config=self._config
        )

    def passed_on(self, field: GraphQLField, name: str) -> str | None:
        """The parameter that takes an argument's coerced value as it is; None where something is made of it."""
        declared = self.field(field)
        if declared is None or not is_leaf_type(get_nullable_type(field.args[name].type)):
            return None
        return next(
            (
                each.python_name
                for each in declared.arguments
                if self._config.name_converter.from_argument(each) == name
                and not isinstance(each.type, StrawberryMaybe)
            ),
            None,
        )

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, fields.Field[Any]]]:
        """Every table's columns, as the models define them."""
        return {model._meta.db_table: model._meta.fields_map for model in Tortoise.apps["core"].values()}

    def column(self, table: str, name: str) -> fields.Field[Any]:
        """A column's definition. Raises NotCompilable for a table or column that no model defines."""
        try:
            return self.tables[table][name]
        except KeyError:
            raise NotCompilable(f"no model defines {table}.{name}") from None
