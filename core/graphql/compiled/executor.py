"""graphql-core's executor, with a shortcut: where a resolver's object leads to one with an id, that is read compiled.

So mutations' payloads, events and whatever a resolver answers get the same reads as queries. Anything else, and
whatever goes wrong, is graphql-core's.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLObjectType,
    GraphQLResolveInfo,
    OperationType,
    get_named_type,
    is_non_null_type,
)
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import AwaitableOrValue, Path

from core.graphql.compiled.attempts import LEFT, attempt
from core.graphql.compiled.reader import Reader
from core.graphql.compiled.readers import Readers
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Fields, Selection
from core.graphql.compiled.waiting import Waiting, as_waiting
from core.graphql.documents import PreparedOperation
from core.graphql.execution import OperationExecutor
from core.kit.database import is_of_database, is_unavailable
from core.kit.graph.request import Request
from core.kit.graph.sources import One


class CompilingExecutor(OperationExecutor):
    """Made with `compile_with` before it runs."""

    _declarations: Declarations
    _prepared: PreparedOperation

    def compile_with(self, declarations: Declarations, operation: PreparedOperation) -> None:
        self._declarations, self._prepared = declarations, operation

        if operation.kind is OperationType.MUTATION and isinstance(self.context_value, Request):
            self.context_value.read_ahead = self._read_ahead

    async def _read_ahead(self, info: GraphQLResolveInfo[Any], payload: Any) -> None:
        """Load what the payload leads to, so that no other connection has to be taken for it afterwards. What cannot
        be read so is left for later; a statement that failed has ended the transaction, and so it comes through."""
        payload_type = get_named_type(info.return_type)
        assert isinstance(payload_type, GraphQLObjectType)
        selection = Selection(self.schema, self._prepared, self.variable_values)
        selected = selection.within(payload_type, [FieldDetails(node, None) for node in info.field_nodes])
        for fields in selected.values():
            reader = self._reader(payload_type, fields)
            if reader is None:
                continue
            one: Any = self._declarations.source(payload_type.fields[fields[0].node.name.value])
            key = payload.__dict__.get(one.column)
            if key is not None:
                await attempt(self._load(reader, key), is_fatal=is_of_database)

    async def _load(self, reader: Reader, key: UUID) -> Any:
        request: Request = self.context_value

        async def load(keys: list[UUID]) -> Sequence[Any]:
            found = await reader.reading(request, self.variable_values, self._plain).objects(keys)
            return [found.get(each) for each in keys]

        return await request.loader(("compiled", reader), load).load(key)

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
                return Waiting(
                    self._read(reader, key, parent_type, source, field_details_list, path, position_context)
                )
        executed = super().execute_field(parent_type, source, field_details_list, path, position_context)
        return as_waiting(executed)

    def execute_fields(self, *args: Any, **kwargs: Any) -> AwaitableOrValue[dict[str, Any]]:
        return as_waiting(super().execute_fields(*args, **kwargs))  # type: ignore[no-any-return]

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
        answer = await attempt(self._load(reader, key), is_fatal=is_unavailable)
        definition = parent_type.fields[fields[0].node.name.value]
        if answer is not LEFT and (answer is not None or not is_non_null_type(definition.type)):
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
