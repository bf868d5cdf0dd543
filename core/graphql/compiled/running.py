"""Runs operations: what the readers can read by compiled reads, the rest by graphql-core, as one answer.

Whatever goes wrong in a compiled read is left to graphql-core: the same field is executed again, so that errors and
nulls are the specification's by construction. Reads have no effects, so doing one twice does no harm.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from inspect import isawaitable
from typing import Any

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLField,
    GraphQLObjectType,
    OperationDefinitionNode,
    SelectionSetNode,
)
from graphql.execution import Executor
from graphql.execution.values import VariableValues

from core.graphql.compiled.executor import CompilingExecutor
from core.graphql.compiled.readers import Readers, is_query
from core.graphql.compiled.schema import Declarations
from core.graphql.compiled.selection import Fields
from core.graphql.documents import PreparedOperation
from core.graphql.execution import Run, operation_executor
from core.kit.database import is_unavailable
from core.kit.graph.node import NodeType
from core.kit.graph.request import Request
from core.kit.graph.roots import Listing, Located, Lookup
from core.kit.logging import get_logger

log = get_logger(__name__)


class _Left:
    """What stands for a root field that graphql-core is to execute."""


LEFT = _Left()


def compiled_run(schema: strawberry.Schema, *, hide_suggestions: bool = False) -> Run:
    """Execution of operations by compiled reads where that is possible, else by graphql-core, with the same answers."""
    declarations = Declarations(schema)
    query = schema._schema.query_type
    assert query is not None

    def executor(operation: PreparedOperation, variables: VariableValues, context: object) -> Executor[Any]:
        made: Any = operation_executor(
            schema._schema, operation, variables, context,
            hide_suggestions=hide_suggestions, executor_class=CompilingExecutor,
        )  # fmt: skip
        made.compile_with(declarations, operation)
        return made  # type: ignore[no-any-return]

    def run(
        operation: PreparedOperation, variables: VariableValues, context: object
    ) -> ExecutionResult | Awaitable[ExecutionResult]:
        if isinstance(context, Request) and context.ctx_or_none is not None and is_query(operation):
            readers = Readers(declarations, operation, variables, context.viewer)
            compiled = _CompiledRun(declarations, query, readers, operation, variables, context, executor)
            if compiled.reads:
                return compiled.run()
        return executor(operation, variables, context).execute_operation()  # type: ignore[return-value]

    return run


@dataclass(frozen=True)
class _CompiledRun:
    """One execution of one query."""

    declarations: Declarations
    query: GraphQLObjectType
    readers: Readers
    operation: PreparedOperation
    variables: VariableValues
    request: Request
    executor_of: Callable[[PreparedOperation, VariableValues, object], Executor[Any]]

    @property
    def reads(self) -> dict[str, Fields]:
        """The root fields that may be read."""
        return {name: fields for name, fields in self.readers.root().items() if self._source(fields)}

    def _source(self, fields: Fields) -> Listing | Lookup | None:
        source = self.declarations.source(self._definition(fields)) if self._definition(fields) else None
        return source if isinstance(source, Listing | Lookup) else None

    def _definition(self, fields: Fields) -> Any:
        return self.query.fields.get(fields[0].node.name.value)

    async def run(self) -> ExecutionResult:
        roots, reads = self.readers.root(), self.reads
        found = dict(zip(reads, await _all(self._read(fields) for fields in reads.values()), strict=True))
        left = [name for name in roots if found.get(name, LEFT) is LEFT]
        if not left:
            return ExecutionResult({name: found[name] for name in roots}, None)
        if len(left) == len(roots):
            return await self._execute(self.operation)
        result = await self._execute(self._only(tuple(left)))
        if result.data is None:
            return result
        return ExecutionResult(
            {name: result.data.get(name, found.get(name)) for name in roots}, result.errors
        )

    async def _execute(self, operation: PreparedOperation) -> ExecutionResult:
        result: Any = self.executor_of(operation, self.variables, self.request).execute_operation()
        executed: ExecutionResult = await result if isawaitable(result) else result
        return executed

    def _only(self, names: tuple[str, ...]) -> PreparedOperation:
        """The operation with these of its root fields."""
        roots, key = self.readers.root(), ("only", id(self.readers.root()), names)
        known: PreparedOperation | None = self.operation.plans.get(key)
        if known is None:
            whole, nodes = self.operation.node, tuple(each.node for name in names for each in roots[name])
            node = OperationDefinitionNode(
                operation=whole.operation,
                name=whole.name,
                variable_definitions=whole.variable_definitions,
                directives=whole.directives,
                selection_set=SelectionSetNode(selections=nodes),
                loc=whole.loc,
            )
            known = self.operation.plans[key] = replace(self.operation, node=node, plans={})
        return known

    async def _read(self, fields: Fields) -> Any:
        source, definition = self._source(fields), self._definition(fields)
        try:
            arguments = self.readers.given(definition, fields).read(self.variables)
            if isinstance(source, Listing):
                return await self._page(source, definition, fields, arguments)
            assert isinstance(source, Lookup)
            return await self._objects(fields, await source.find(self.request, **arguments))
        except Exception as error:  # Whatever it is, graphql-core words it: it executes the field again.
            if is_unavailable(error):
                raise
            log.debug("graphql.compiled_read_left", error=type(error).__name__)
            return LEFT

    async def _page(
        self, source: Listing, definition: GraphQLField, fields: Fields, arguments: Mapping[str, Any]
    ) -> Any:
        plan = await source.plan(self.request, **arguments)
        reader = self.readers.of_list(definition, fields, plan)
        if reader is None:
            return LEFT
        return await reader.reading(self.request, self.variables, self._executor).page(plan)

    async def _objects(self, fields: Fields, found: Any) -> Any:
        if found is None:
            return None
        several: Sequence[Located | None] = found if isinstance(found, list) else [found]
        keys: dict[NodeType, list[Any]] = {}
        for located in several:
            if located is not None:
                keys.setdefault(located[0], []).append(located[1])
        answers: dict[NodeType, dict[Any, Any]] = {}
        for node_type, wanted in keys.items():
            reader = self.readers.of_object(node_type, fields)
            if reader is None:
                return LEFT
            reading = reader.reading(self.request, self.variables, self._executor)
            answers[node_type] = await reading.objects(wanted)
        told = [None if each is None else answers[each[0]].get(each[1]) for each in several]
        return told if isinstance(found, list) else told[0]

    def _executor(self) -> Executor[Any]:
        return self.executor_of(self.operation, self.variables, self.request)


async def _all(reads: Any) -> list[Any]:
    """Several reads at once, each over a connection of its own; one by itself without a task."""
    waiting = list(reads)
    if len(waiting) == 1:
        return [await waiting[0]]
    async with asyncio.TaskGroup() as tasks:
        made = [tasks.create_task(each) for each in waiting]
    return [each.result() for each in made]
