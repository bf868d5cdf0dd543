"""graphql-core's executor, with a shortcut: where a resolver's object leads to one with an id, that is read compiled.

So mutations' payloads, events and whatever a resolver answers get the same reads as queries. Anything else, and
whatever goes wrong, is graphql-core's.
"""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    OperationType,
    get_named_type,
    is_non_null_type,
)
from graphql.execution import Executor
from graphql.execution.collect_fields import FieldDetails
from graphql.pyutils import AwaitableOrValue, Path

from core.graphql.compiled.attempts import LEFT, attempt
from core.graphql.compiled.reader import Reader, Reading
from core.graphql.compiled.readers import Readers
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Fields
from core.graphql.compiled.waiting import Waiting, as_waiting
from core.graphql.execution import OperationExecutor
from core.graphql.prepared import PreparedOperation
from core.kit.database import is_of_database, is_unavailable
from core.kit.graph.request import Request
from core.kit.graph.sources import One

Lead = tuple[Reader, UUID]
"""What reads an object, and the object's key."""


class CompilingExecutor(OperationExecutor):
    """Made with `compile_with` before it runs."""

    _declarations: Declarations
    _prepared: PreparedOperation
    _anew: Callable[[], Executor[Any]]
    _readers: Readers | None = None

    def compile_with(
        self, declarations: Declarations, operation: PreparedOperation, anew: Callable[[], Executor[Any]]
    ) -> None:
        """`anew` makes an executor of the same operation, with errors of its own: for single fields."""
        self._declarations, self._prepared, self._anew = declarations, operation, anew
        request = self.context_value
        if not isinstance(request, Request) or request.ctx_or_none is None:
            return
        self._readers = Readers(declarations, operation, self.variable_values, request.viewer)
        if operation.kind is OperationType.MUTATION:
            request.read_ahead = self._read_ahead

    async def _read_ahead(self, info: GraphQLResolveInfo[Any], payload: Any) -> None:
        """Load what the payload leads to, so that no other connection has to be taken for it afterwards. What cannot
        be read so is left for later; a statement that failed has ended the transaction, and so it comes through."""
        payload_type = get_named_type(info.return_type)
        assert isinstance(payload_type, GraphQLObjectType)
        assert self._readers is not None, "it was handed over with them"
        nodes = [FieldDetails(node, None) for node in info.field_nodes]
        for fields in self._readers.selection.within(payload_type, nodes).values():
            lead = self._lead(payload_type, payload, fields)
            if lead is not None:
                self.context_value.ahead[lead] = await attempt(self._found(*lead), is_fatal=is_of_database)

    def execute_field(
        self,
        parent_type: GraphQLObjectType,
        source: Any,
        field_details_list: Fields,
        path: Path,
        position_context: Any,
    ) -> AwaitableOrValue[Any]:
        lead = self._lead(parent_type, source, field_details_list)
        if lead is not None:
            ahead = self.context_value.ahead.get(lead, LEFT)
            if _is_answer(ahead, parent_type, field_details_list):
                return ahead
            return Waiting(self._read(lead, parent_type, source, field_details_list, path, position_context))
        executed = super().execute_field(parent_type, source, field_details_list, path, position_context)
        return as_waiting(executed)

    def complete_awaitable_value(
        self,
        return_type: GraphQLOutputType,
        field_details_list: Fields,
        info: GraphQLResolveInfo[Any],
        path: Path,
        result: Any,
        position_context: Any,
    ) -> Coroutine[Any, Any, Any]:
        # Whoever closes what is returned before it began closes what it was to await, too.
        return super().complete_awaitable_value(
            return_type, field_details_list, info, path, as_waiting(result), position_context
        )

    def execute_fields(self, *args: Any, **kwargs: Any) -> AwaitableOrValue[dict[str, Any]]:
        executed: AwaitableOrValue[dict[str, Any]] = as_waiting(super().execute_fields(*args, **kwargs))
        return executed

    def _lead(self, parent_type: GraphQLObjectType, source: Any, fields: Fields) -> Lead | None:
        """Where a field of this object leads by a key that the object holds, and what reads it there."""
        definition = parent_type.fields.get(fields[0].node.name.value)
        one = self._declarations.source(definition) if definition is not None else None
        if definition is None or not isinstance(one, One) or self._readers is None:
            return None
        key, target = source.__dict__.get(one.column), self._declarations.node_type(definition.type)
        if key is None or target is None:
            return None
        reader = self._readers.of_object(target, fields)
        return None if reader is None else (reader, key)

    async def _load(self, reader: Reader, key: UUID) -> Any:
        """The object, read together with the others that are waited for."""

        async def load(keys: list[UUID]) -> Sequence[Any]:
            found = await self._reading(reader).objects(keys)
            return [found.get(each) for each in keys]

        return await self.context_value.loader(("compiled", reader), load).load(key)

    async def _found(self, reader: Reader, key: UUID) -> Any:
        """The object, read by itself."""
        return (await self._reading(reader).objects([key])).get(key)

    def _reading(self, reader: Reader) -> Reading:
        return reader.reading(self.context_value, self.variable_values, self._anew)

    async def _read(
        self,
        lead: Lead,
        parent_type: GraphQLObjectType,
        source: Any,
        fields: Fields,
        path: Path,
        position_context: Any,
    ) -> Any:
        answer = await attempt(self._load(*lead), is_fatal=is_unavailable)
        if _is_answer(answer, parent_type, fields):
            return answer
        executed = super().execute_field(parent_type, source, fields, path, position_context)
        return await executed if self.is_awaitable(executed) else executed


def _is_answer(read: Any, parent_type: GraphQLObjectType, fields: Fields) -> bool:
    """False for what graphql-core is to answer: what was not read, and a null in a place that has none."""
    if read is not None:
        return read is not LEFT
    return not is_non_null_type(parent_type.fields[fields[0].node.name.value].type)
