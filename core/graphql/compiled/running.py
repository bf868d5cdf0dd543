"""Runs operations: what the readers can read by compiled reads, the rest by graphql-core, as one answer."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any
from uuid import UUID

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLField,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)
from graphql.execution import Executor
from graphql.execution.values import VariableValues

from core.graphql.compiled.attempts import LEFT, attempt
from core.graphql.compiled.executor import CompilingExecutor
from core.graphql.compiled.readers import Readers
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Fields
from core.graphql.execution import Executed, GraphQLCoreRun
from core.graphql.prepared import PreparedOperation
from core.kit.database import is_unavailable
from core.kit.database.sql import KeyBy
from core.kit.graph.node import NodeType
from core.kit.graph.request import Request
from core.kit.graph.roots import Listing, Located, Lookup


class CompiledRun(GraphQLCoreRun):
    """Execution of operations by compiled reads where that is possible, else by graphql-core, with the same answers."""

    executor_class = CompilingExecutor

    def __init__(self, schema: strawberry.Schema, *, hide_suggestions: bool = False) -> None:
        super().__init__(schema._schema, hide_suggestions=hide_suggestions)
        query = self.schema.query_type
        assert query is not None, "every schema has queries"
        self.query = query
        self.declarations = Declarations(schema)

    def __call__(self, operation: PreparedOperation, variables: VariableValues, context: object) -> Executed:
        if operation.kind is OperationType.QUERY and isinstance(context, Request) and context.ctx_or_none:
            readers = Readers(self.declarations, operation, variables, context.viewer)
            reads = reads_of(self, readers)
            if reads:
                return _Query(self, readers, operation, variables, context).run(reads)
        return super().__call__(operation, variables, context)

    def executor(
        self,
        operation: PreparedOperation,
        variables: VariableValues,
        context: object,
        root_value: object = None,
    ) -> Executor[Any]:
        """graphql-core's, reading compiled what a resolver's object leads to."""
        made = super().executor(operation, variables, context, root_value)
        assert isinstance(made, CompilingExecutor)
        made.compile_with(
            self.declarations, operation, lambda: self.executor(operation, variables, context, root_value)
        )
        return made


@dataclass(frozen=True, slots=True)
class Read:
    """A root field that may be read compiled."""

    name: str
    fields: Fields
    definition: GraphQLField
    source: Listing | Lookup


def reads_of(run: CompiledRun, readers: Readers) -> Sequence[Read]:
    """Worked out once for what a document selects."""

    def look() -> Sequence[Read]:
        found = []
        for name, fields in readers.root().items():
            definition = run.query.fields.get(fields[0].node.name.value)
            source = run.declarations.source(definition) if definition else None
            if definition is not None and isinstance(source, Listing | Lookup):
                found.append(Read(name, fields, definition, source))
        return found

    return readers.kept("reads", look)


@dataclass(frozen=True, slots=True)
class _Query:
    """One execution of one query."""

    compiled: CompiledRun
    readers: Readers
    operation: PreparedOperation
    variables: VariableValues
    request: Request

    async def run(self, reads: Sequence[Read]) -> ExecutionResult:
        roots = self.readers.root()
        answers = await _all([self._read(each) for each in reads])
        found = {each.name: answer for each, answer in zip(reads, answers, strict=True)}
        left = tuple(name for name in roots if found.get(name, LEFT) is LEFT)
        if not left:
            return ExecutionResult({name: found[name] for name in roots}, None)
        if len(left) == len(roots):
            return await self._execute(self.operation)
        result = await self._execute(self.readers.kept(("only", left), lambda: self._only(left)))
        if result.data is None:
            return result
        told = {**found, **result.data}
        return ExecutionResult({name: told[name] for name in roots}, result.errors)

    async def _execute(self, operation: PreparedOperation) -> ExecutionResult:
        result: Any = self._executor(operation).execute_operation()
        executed: ExecutionResult = await result if isawaitable(result) else result
        return executed

    def _executor(self, operation: PreparedOperation | None = None) -> Executor[Any]:
        return self.compiled.executor(operation or self.operation, self.variables, self.request)

    def _only(self, names: tuple[str, ...]) -> PreparedOperation:
        """The operation with these of its root fields."""
        roots, whole = self.readers.root(), self.operation.node
        node = OperationDefinitionNode(
            operation=whole.operation,
            name=whole.name,
            variable_definitions=whole.variable_definitions,
            directives=whole.directives,
            selection_set=SelectionSetNode(
                selections=tuple(each.node for name in names for each in roots[name])
            ),
            loc=whole.loc,
        )
        return replace(self.operation, node=node, plans={})

    async def _read(self, each: Read) -> Any:
        """What the field answers; LEFT where graphql-core is to execute it."""
        return await attempt(self._answer(each), is_fatal=is_unavailable)

    async def _answer(self, each: Read) -> Any:
        arguments = self.readers.given(each.definition, each.fields).read(self.variables)
        if isinstance(each.source, Lookup):
            found: Any = await each.source.find(self.request, **arguments)
            if is_sought(found):
                return await self._sought(each.fields, *found)
            return await self._objects(each.fields, found)
        plan = await each.source.plan(self.request, **arguments)
        reader = self.readers.of_list(each.definition, each.fields, plan)
        if reader is None:
            return LEFT
        return await reader.reading(self.request, self.variables, self._executor).page(plan)

    async def _sought(self, fields: Fields, node_type: NodeType, by: KeyBy) -> Any:
        reader = self.readers.of_object(node_type, fields)
        if reader is None:
            return LEFT
        return await reader.reading(self.request, self.variables, self._executor).sought(by)

    async def _objects(self, fields: Fields, found: Any) -> Any:
        if found is None:
            return None
        several: Sequence[Located | None] = found if isinstance(found, list) else [found]
        answers: dict[NodeType, dict[Any, Any]] = {}
        for node_type, wanted in keys_by_type(several).items():
            reader = self.readers.of_object(node_type, fields)
            if reader is None:
                return LEFT
            reading = reader.reading(self.request, self.variables, self._executor)
            answers[node_type] = await reading.objects(wanted)
        told = [None if each is None else answers[each[0]].get(each[1]) for each in several]
        return told if isinstance(found, list) else told[0]


def is_sought(found: Any) -> bool:
    """Whether a look-up found a statement instead of a key."""
    return isinstance(found, tuple) and isinstance(found[1], KeyBy)


def keys_by_type(several: Sequence[Located | None]) -> dict[NodeType, list[UUID]]:
    """What a look-up found, as it is read: each type's objects at once."""
    keys: dict[NodeType, list[UUID]] = {}
    for located in several:
        if located is not None:
            keys.setdefault(located[0], []).append(located[1])
    return keys


async def _all(reads: Sequence[Coroutine[Any, Any, Any]]) -> list[Any]:
    """Several reads at once, each over a connection of its own; one by itself without a task."""
    if len(reads) == 1:
        return [await reads[0]]
    made = [asyncio.ensure_future(each) for each in reads]
    try:
        return list(await asyncio.gather(*made))
    finally:
        for each in made:
            each.cancel()
