"""graphql-core's executor, with a shortcut: where a resolver's object leads to one with an id, that is read compiled.

So mutations' payloads, events and whatever a resolver answers get the same reads as queries. Anything else, and
whatever goes wrong, is graphql-core's.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType, is_non_null_type
from graphql.pyutils import AwaitableOrValue, Path

from core.graphql.compiled.reader import Reader
from core.graphql.compiled.readers import Readers
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Fields
from core.graphql.documents import PreparedOperation
from core.graphql.execution import OperationExecutor
from core.kit.database import is_unavailable
from core.kit.graph.request import Request
from core.kit.graph.sources import One


class CompilingExecutor(OperationExecutor):
    """Made with `compile_with` before it runs."""

    _declarations: Declarations
    _prepared: PreparedOperation

    def compile_with(self, declarations: Declarations, operation: PreparedOperation) -> None:
        self._declarations, self._prepared = declarations, operation

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Fields,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any]:
        reader = self._reader(parent_type, field_details_list)
        if reader is not None:
            definition = parent_type.fields[field_details_list[0].node.name.value]
            one: Any = self._declarations.source(definition)
            key = source.__dict__.get(one.column)
            if key is not None:
                return self._read(
                    reader, key, parent_type, source, field_details_list, path, position_context
                )
        return super().execute_field(parent_type, source, field_details_list, path, position_context)

    def _reader(self, parent_type: GraphQLObjectType, fields: Fields) -> Reader | None:
        """What reads this field, if it leads to an object with an id by a key that the parent holds."""
        definition = parent_type.fields.get(fields[0].node.name.value)
        if definition is None or not isinstance(self._declarations.source(definition), One):
            return None
        request = self.context_value
        if not isinstance(request, Request) or request.ctx_or_none is None:
            return None
        target = self._declarations.node_type(definition.type)
        if target is None:
            return None
        readers = Readers(self._declarations, self._prepared, self.variable_values, request.viewer)
        return readers.of_object(target, fields)

    async def _read(
        self,
        reader: Reader,
        key: UUID,
        parent_type: GraphQLObjectType,
        source: Any,
        fields: Fields,
        path: Path,
        position_context: Any,
    ) -> Any:
        request: Request = self.context_value

        async def load(keys: list[UUID]) -> Sequence[Any]:
            found = await reader.reading(request, self.variable_values, lambda: self._plain()).objects(keys)
            return [found.get(each) for each in keys]

        try:
            answer = await request.loader(("compiled", reader), load).load(key)
        except Exception as error:  # Whatever it is, graphql-core words it: it executes the field again.
            if is_unavailable(error):
                raise
        else:
            definition = parent_type.fields[fields[0].node.name.value]
            if answer is not None or not is_non_null_type(definition.type):
                return answer
        executed = super().execute_field(parent_type, source, fields, path, position_context)
        return await executed if self.is_awaitable(executed) else executed

    def _plain(self) -> "CompilingExecutor":
        """An executor for single fields of the same operation, with errors of its own."""
        made = type(self)(
            self.schema, self.fragment_definitions, self.fragments, self.root_value, self.context_value,
            self.operation, self.variable_values, self.field_resolver, self.type_resolver,
            self.subscribe_field_resolver, is_awaitable=self.is_awaitable, hide_suggestions=self.hide_suggestions,
        )  # fmt: skip
        made.compile_with(self._declarations, self._prepared)
        return made
