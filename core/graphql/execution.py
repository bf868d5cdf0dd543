"""Running an admitted operation: within its deadline, for as long as somebody waits, with every error told
safely."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from inspect import isawaitable
from types import TracebackType
from typing import Any, Self, cast

import orjson
from graphql import ExecutionResult, GraphQLError, GraphQLSchema, OperationType
from graphql.execution import Executor, default_field_resolver, default_type_resolver
from graphql.execution.values import VariableValues
from starlette.requests import HTTPConnection
from starlette.types import Receive
from strawberry.execution import optimized_is_awaitable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from core.graphql.caller import Caller, OpenContext, Unsure
from core.graphql.errors import Code, Localise, RefusedRequest, RequestError
from core.graphql.http_request import ClientGone
from core.graphql.limits import current_allowance
from core.graphql.masking import IsUnavailable, causes, error_entries, masked
from core.graphql.pipeline import AdmittedOperation
from core.graphql.prepared import PreparedOperation
from core.kit.graph.request import AnswerTooLarge
from core.kit.graph.scalars import INSTANTS

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 5
PATIENCE_SECONDS = 0.02

Executed = ExecutionResult | Awaitable[ExecutionResult]


class OperationExecutor(Executor[Any]):
    """graphql-core's executor without incremental delivery, with the resolver info that Strawberry expects."""

    operation_extensions: dict[str, Any] | None = None
    build_resolve_info = StrawberryGraphQLCoreExecutionContext.build_resolve_info


class GraphQLCoreRun:
    """Executes operations of one schema by graphql-core. The document's fragments and the coerced variables are handed
    over as they are, so nothing is looked up or coerced twice. What compiles operations builds on it."""

    executor_class: type[Executor[Any]] = OperationExecutor

    def __init__(self, schema: GraphQLSchema, *, hide_suggestions: bool = False) -> None:
        self.schema = schema
        self._hide_suggestions = hide_suggestions

    def __call__(self, operation: PreparedOperation, variables: VariableValues, context: object) -> Executed:
        """The operation from its root, with a context value."""
        # Without incremental delivery, which this executor does not know, there is one result.
        return cast("Executed", self.executor(operation, variables, context).execute_operation())

    def executor(
        self,
        operation: PreparedOperation,
        variables: VariableValues,
        context: object,
        root_value: object = None,
    ) -> Executor[Any]:
        """An executor of the operation, ready to run: for what is not executed from the root, too."""
        return self.executor_class(
            self.schema,
            operation.document.fragment_definitions,
            operation.document.fragments,
            root_value,
            context,
            operation.node,
            variables,
            default_field_resolver,
            default_type_resolver,
            default_field_resolver,
            is_awaitable=cast(
                "Any", optimized_is_awaitable
            ),  # answers as a guard does, and is not typed as one
            hide_suggestions=self._hide_suggestions,
        )


Execute = Callable[[PreparedOperation, VariableValues, object], Executed]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The data and errors of an operation that ran."""

    data: dict[str, Any] | None
    errors: list[dict[str, object]] = field(default_factory=list)
    cookies: tuple[str, ...] = ()
    """Set-Cookie values that resolvers asked for."""


class Execution:
    """Runs operations for one schema."""

    def __init__(
        self,
        run: GraphQLCoreRun,
        open_context: OpenContext,
        *,
        deadline_seconds: float,
        max_answer_bytes: int,
        is_unavailable: IsUnavailable,
        localise: Localise,
    ) -> None:
        self.run = run
        self.open_context = open_context
        self.deadline_seconds = deadline_seconds
        self._max_answer_bytes = max_answer_bytes
        self._is_unavailable = is_unavailable
        self._localise = localise

    async def outcome(
        self,
        admitted: AdmittedOperation,
        caller: Caller,
        connection: HTTPConnection,
        *,
        run: Execute | None = None,
    ) -> Outcome:
        """Data and errors. `run` executes something else than the operation from its root. Raises RefusedRequest
        where the whole operation failed: TIMEOUT, ANSWER_TOO_LARGE, UNAVAILABLE, INTERNAL. Raises Unsure in place of an
        error where it is not sure yet who asks."""
        token = current_allowance.set(admitted.allowance)
        try:
            result, cookies = await self._within_deadline(admitted, caller, connection, run or self.run)
        finally:
            current_allowance.reset(token)
        if not result.errors:
            return Outcome(result.data, cookies=cookies)
        if not caller.is_sure:
            raise Unsure
        for error in result.errors:
            self.raise_if_unavailable(error)
        if any(isinstance(cause, AnswerTooLarge) for error in result.errors for cause in causes(error)):
            raise answer_too_large(admitted.operation, self._max_answer_bytes)
        entries = self.entries(result.errors, admitted.operation, caller.locale)
        return Outcome(result.data, entries, cookies)

    def told(self, error: RequestError, locale: str) -> list[dict[str, object]]:
        """What the client is told of a refusal."""
        return error.entries(locale, self._localise)

    def answer(self, outcome: Outcome, admitted: AdmittedOperation) -> bytes:
        """The answer to an operation that ran, in JSON. Raises RefusedRequest for what no JSON can hold, and for more
        than one answer may."""
        body: dict[str, object] = {"errors": outcome.errors} if outcome.errors else {}
        body["data"] = outcome.data
        body["extensions"] = {"cost": admitted.allowance.to_extension()}
        return self.encoded(body, admitted.operation)

    def encoded(self, body: dict[str, object], operation: PreparedOperation) -> bytes:
        """An answer in JSON. Raises RefusedRequest as `answer` does."""
        try:
            encoded = orjson.dumps(body, option=INSTANTS)
        except TypeError as error:
            raise masked(error, operation) from error
        if len(encoded) > self._max_answer_bytes:
            raise answer_too_large(operation, self._max_answer_bytes)
        return encoded

    def entries(
        self, errors: Sequence[GraphQLError], operation: PreparedOperation, locale: str
    ) -> list[dict[str, object]]:
        """What the client is told of an execution's errors."""
        return error_entries(errors, self.run.schema, operation, locale, self._localise)

    async def _within_deadline(
        self, admitted: AdmittedOperation, caller: Caller, connection: HTTPConnection, run: Execute
    ) -> tuple[ExecutionResult, tuple[str, ...]]:
        try:
            async with asyncio.timeout(self.deadline_seconds) as deadline:
                async with self.open_context(caller, connection) as context:
                    result = run(admitted.operation, admitted.variables, context)
                    result = await result if isawaitable(result) else result
                    return result, tuple(getattr(context, "cookies", ()))
        except RequestError:
            raise
        except Exception as error:  # The outermost edge of execution: whatever it is must become an answer.
            if isinstance(error, TimeoutError) and deadline.expired():
                raise self._timeout(admitted.operation) from None
            if not caller.is_sure:
                raise Unsure from error
            self.raise_if_unavailable(error)
            raise masked(error, admitted.operation) from error

    def raise_if_unavailable(self, error: BaseException) -> None:
        """Raises RefusedRequest (503) where the exception means that the database is unreachable or full."""
        for cause in causes(error):
            if self._is_unavailable(cause):
                log.error("graphql.database_unavailable", extra={"exception": type(cause).__name__})
                raise unavailable() from error

    def _timeout(self, operation: PreparedOperation) -> RefusedRequest:
        log.warning(
            "graphql.deadline_exceeded",
            extra={"operation": operation.log_name, "document": operation.document.hash},
        )
        return RefusedRequest(
            Code.TIMEOUT,
            "The operation took longer than {seconds} seconds and was stopped.",
            values={"seconds": f"{self.deadline_seconds:g}"},
        )


def unavailable() -> RefusedRequest:
    """The answer while the database cannot serve: 503, to be tried again."""
    return RefusedRequest(
        Code.UNAVAILABLE,
        "The desk is not available at the moment; try again.",
        headers={"Retry-After": str(RETRY_AFTER_SECONDS)},
    )


def answer_too_large(operation: PreparedOperation, limit: int) -> RefusedRequest:
    """The answer in place of one that is over the limit. What a mutation did stays done, and this says so."""
    message = (
        "The answer is over {limit} bytes. Ask for fewer objects at a time, or without their long texts."
    )
    if operation.kind is OperationType.MUTATION:
        message = (
            "The answer is over {limit} bytes. The mutation ran all the same; select less of what it answers,"
            " and read the rest apart."
        )
    return RefusedRequest(Code.ANSWER_TOO_LARGE, message, limit=limit)


class WhileConnected:
    """Cancels the body of the `async with` when the client hangs up, and raises ClientGone then.

    Looks out from the moment when the body has taken `PATIENCE_SECONDS`: most are done by then, and a task for each
    costs more than what it would save.
    """

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._gone = False
        self._watcher: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None
        self._task = task
        self._start = asyncio.get_running_loop().call_later(PATIENCE_SECONDS, self._look_out)
        return self

    def _look_out(self) -> None:
        self._watcher = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        self._task.cancel()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._start.cancel()
        if self._watcher is not None:
            self._watcher.cancel()
        # A request that the server itself cancels, too, goes on being cancelled.
        if self._gone and self._task.uncancel() == 0:
            raise ClientGone from None
