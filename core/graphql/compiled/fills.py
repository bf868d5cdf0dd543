"""What is filled into an answer after its rows were read: Python's values, and long texts that did not fit inline."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from typing import Any, Protocol

from graphql import GraphQLObjectType
from graphql.execution import Executor
from graphql.pyutils import Path

from core.graphql.compiled.completing import Complete, Completing
from core.graphql.compiled.leaves import Bail
from core.graphql.compiled.selection import Fields
from core.kit.graph.node import NodeType, row_of
from core.kit.graph.paging import Order
from core.kit.graph.reading import ListPlan, load_long, together
from core.kit.graph.request import Request

Held = list[tuple[dict[str, Any], Any]]
"""Answers of objects that still lack a value, each with what the value is made from."""


class Filling(Protocol):
    """What fills may use of the operation that runs."""

    @property
    def request(self) -> Request: ...

    @property
    def executor(self) -> Executor[Any]: ...

    def arguments(self, index: int) -> Mapping[str, Any]: ...

    def pages_by(self, reader: Any, plans: Sequence[ListPlan]) -> Awaitable[Sequence[Any]]: ...


class Fill(Protocol):
    """One field of all objects of one place in the document."""

    def fill(self, held: Held, run: Filling) -> Awaitable[None]: ...


@dataclass(frozen=True)
class BatchedFill:
    """A batched function gets all parents at once, and an object that stands in several places once."""

    name: str
    function: Callable[..., Awaitable[Sequence[Any]]]
    complete: Complete
    arguments: int

    async def fill(self, held: Held, run: Filling) -> None:
        parents = {row_of(parent): parent for _, parent in held}
        found = await self.function(run.request, list(parents.values()), **run.arguments(self.arguments))
        values, batch = dict(zip(parents, found, strict=True)), Completing(run.request)
        for answer, parent in held:
            value = values[row_of(parent)]
            if isinstance(value, Exception):
                raise value
            answer[self.name] = self.complete(value, batch)


@dataclass(frozen=True)
class LongFill:
    """Long texts, as far as the answer has room for them."""

    name: str
    node_type: NodeType
    column: str

    async def fill(self, held: Held, run: Filling) -> None:
        texts = await asyncio.gather(
            *(load_long(run.request, self.node_type, self.column, key) for _, key in held)
        )
        for (answer, _), text in zip(held, texts, strict=True):
            answer[self.name] = text


@dataclass(frozen=True)
class ListFill:
    """A page of a list that is planned for each parent: read as a list on the root is, those of one order together."""

    name: str
    plan: Callable[..., Awaitable[Sequence[ListPlan]]]
    compile: Callable[[ListPlan], Any]
    """Gives the reader of pages in the plan's order."""
    arguments: int
    readers: dict[Order, Any] = field(default_factory=dict)

    def reader(self, plan: ListPlan) -> Any:
        """Raises NotCompilable; whatever the order, all can be compiled or none."""
        if plan.order not in self.readers:
            self.readers[plan.order] = self.compile(plan)
        return self.readers[plan.order]

    async def fill(self, held: Held, run: Filling) -> None:
        parents = {row_of(parent): parent for _, parent in held}
        plans = await self.plan(run.request, list(parents.values()), **run.arguments(self.arguments))
        pages: dict[Any, Any] = {}
        for keyed in together(list(zip(parents, plans, strict=True))):
            reader = self.reader(keyed[0][1])
            found = await run.pages_by(reader, [plan for _, plan in keyed])
            pages |= zip((key for key, _ in keyed), found, strict=True)
        for answer, parent in held:
            answer[self.name] = pages[row_of(parent)]


@dataclass(frozen=True)
class PlainFill:
    """A field that only graphql-core can answer, object by object."""

    name: str
    parent_type: GraphQLObjectType
    fields: Fields

    async def fill(self, held: Held, run: Filling) -> None:
        executor = run.executor
        path = Path(None, self.name, self.parent_type.name)
        answered = [
            executor.execute_field(self.parent_type, parent, self.fields, path, None) for _, parent in held
        ]
        values = await asyncio.gather(*map(_settled, answered), return_exceptions=True)
        failed = [
            *executor.collected_errors.errors,
            *(each for each in values if isinstance(each, Exception)),
        ]
        if failed or any(isinstance(value, BaseException) for value in values):
            # With its cause: whether a statement failed decides what becomes of an open transaction.
            raise Bail from next(iter(failed), None)
        for (answer, _), value in zip(held, values, strict=True):
            answer[self.name] = value


async def _settled(value: Any) -> Any:
    return await value if isawaitable(value) else value
