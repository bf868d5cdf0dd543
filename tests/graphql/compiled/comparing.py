"""One operation run both ways over the same database, and whatever differs between the answers."""

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from inspect import isawaitable
from typing import Any

import orjson
import strawberry
from graphql import ExecutionResult
from graphql.execution.values import VariableValues, get_variable_values

from core.graphql.compiled import CompiledRun, executor, running
from core.graphql.compiled.attempts import LEFT, attempt
from core.graphql.documents import Documents
from core.graphql.execution import GraphQLCoreRun
from core.graphql.guard import GuardLimits
from core.graphql.masking import causes
from core.graphql.prepared import PreparedOperation
from core.kit.context import Context, Viewer, acting_for
from core.kit.graph import Request
from core.kit.graph.scalars import INSTANTS
from core.runtime import Runtime

NOW = datetime(2026, 3, 2, tzinfo=UTC)
NOT_COMPILABLE = "NotCompilable"
BEFORE_READING = {NOT_COMPILABLE, "BadArgument", "GraphQLError"}
"""Why a read may be left although graphql-core finds nothing wrong: arguments within are read before it is known
whether there are rows that they are for. For everything else graphql-core has to have the same reason."""


_SIGNED_AT = re.compile(rb"(/files/\.?[\w-]+)\.[\w-]+\.[\w-]+")
"""An address of a file says when it was made."""


@dataclass(frozen=True)
class Caller:
    """Who asks, in which language."""

    name: str
    viewer: Viewer
    locale: str = "en"


@dataclass
class Attempts:
    """Compiled reads that were tried, root fields and what resolvers' objects lead to."""

    tried: int = 0
    left: Counter[str] = field(default_factory=Counter)
    """Those that were left to graphql-core, by the exception that was the reason."""
    last: Exception | None = None

    async def attempt(self, reading: Awaitable[Any], *, is_fatal: Callable[[BaseException], bool]) -> Any:
        async def noticed() -> Any:
            try:
                answer = await reading
            except Exception as error:  # counted, and raised as it came
                self.left[type(error).__name__] += 1
                self.last = error
                raise
            if answer is LEFT:
                self.left[NOT_COMPILABLE] += 1
            return answer

        self.tried += 1
        return await attempt(noticed(), is_fatal=is_fatal)

    def add(self, other: "Attempts") -> None:
        self.tried += other.tried
        self.left += other.left


_current: ContextVar[Attempts | None] = ContextVar("attempts", default=None)
"""Those of the operation that runs: loads that it gave up may end later."""


async def _counted(reading: Awaitable[Any], *, is_fatal: Callable[[BaseException], bool]) -> Any:
    return await (_current.get() or Attempts()).attempt(reading, is_fatal=is_fatal)


@contextmanager
def watched(*, of_all: bool = False) -> Iterator[Attempts]:
    """Counts the compiled reads of what is asked in the block; or of all that the process does meanwhile, where tasks
    read that were begun before."""
    found, modules = Attempts(), [vars(running), vars(executor)]
    token = _current.set(found)
    for each in modules:
        each["attempt"] = found.attempt if of_all else _counted
    try:
        yield found
    finally:
        for each in modules:
            each["attempt"] = attempt
        _current.reset(token)


DOCUMENT_LIMITS = GuardLimits(
    max_depth=1000, max_aliases=10_000, max_root_fields=1000, max_mutations=5, max_operations=5
)


class Both:
    """The two ways of one schema."""

    def __init__(self, schema: strawberry.Schema, runtime: Runtime) -> None:
        self.core = schema._schema
        self.documents = Documents(
            self.core, DOCUMENT_LIMITS, trusted={}, introspection=True, max_tokens=100_000,
            max_document_bytes=1_000_000, cached_documents=10, cached_bytes=10_000_000,
        )  # fmt: skip
        self.compiled: GraphQLCoreRun = CompiledRun(schema)
        self.plain: GraphQLCoreRun = GraphQLCoreRun(self.core)
        self._runtime = runtime

    def prepared(self, text: str) -> PreparedOperation:
        """Raises RefusedRequest for a document that is not valid."""
        return self.documents.prepare(text).operation(None)

    def coerced(self, operation: PreparedOperation, variables: dict[str, Any]) -> VariableValues | None:
        """None for variables that are refused before anything runs."""
        found = get_variable_values(self.core, operation.node.variable_definitions or (), variables)
        return None if isinstance(found, list) else found

    async def run(
        self,
        run: GraphQLCoreRun,
        operation: PreparedOperation,
        variables: VariableValues,
        caller: Caller,
        adjust: Callable[[Request], None] = lambda _request: None,
    ) -> ExecutionResult:
        """What one of the ways answers this caller. `adjust` changes the request before it runs."""
        context = Context(caller.viewer, clock=lambda: NOW)
        request = Request(ctx=context, locale=caller.locale, app=self._runtime)
        adjust(request)
        with acting_for(caller.viewer.tenant_id):
            result = run(operation, variables, request)
            executed: ExecutionResult = await result if isawaitable(result) else result
            return executed


def told(result: ExecutionResult) -> bytes:
    """The whole result as JSON: data with its order of keys; errors by place, since nothing orders them."""
    errors = sorted((_error(each) for each in result.errors or ()), key=orjson.dumps)
    body = orjson.dumps({"errors": errors, "data": result.data}, option=orjson.OPT_INDENT_2 | INSTANTS)
    return _SIGNED_AT.sub(rb"\1", body)


def _error(error: Any) -> dict[str, Any]:
    codes = [code for each in causes(error) if (code := getattr(each, "code", None))]
    return {**error.formatted, "code": codes[:1], "kind": [type(each).__name__ for each in causes(error)]}


def told_in_some_order(result: ExecutionResult) -> bytes:
    """The same, where several errors made one null: which of them is told is left open by the specification, and
    decided by which field was done first."""
    told = []
    for each in result.errors or ():
        place = _null_place(result.data, each.path or [])
        is_own = place == each.path
        told.append(_error(each) if is_own else {"null": place})
    errors = sorted({orjson.dumps(each) for each in told})
    return _SIGNED_AT.sub(
        rb"\1", orjson.dumps([[each.decode() for each in errors], result.data], option=INSTANTS)
    )


def _null_place(data: Any, path: Sequence[str | int]) -> list[str | int]:
    """Where the null stands that an error at this path became."""
    place: list[str | int] = []
    for step in path:
        if data is None:
            break
        data = data[step]
        place.append(step)
    return place
