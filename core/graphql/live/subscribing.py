"""Running a subscription: its source events one after another, each executed as an operation of its own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from typing import Any, NoReturn, Protocol

import orjson
from graphql import (
    SKIP,
    FieldNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLSchema,
    VariableNode,
    Visitor,
    located_error,
    visit,
)  # fmt: skip
from graphql.execution import Executor
from graphql.execution.collect_fields import collect_fields
from graphql.execution.values import get_argument_values
from graphql.pyutils import Path
from starlette.requests import HTTPConnection

from core.graphql.caller import Caller
from core.graphql.errors import Code, RefusedRequest, RequestError
from core.graphql.execution import Execution
from core.graphql.live.endings import Ended, ReaderGone
from core.graphql.live.renewal import Renewal
from core.graphql.pipeline import Admission, AdmittedOperation
from core.kit.stream.pushing import Push, Pushing

EVENT_COST = 1
"""Points for one event, beside what the subscription cost when it began."""
RESUME = "after"
"""The argument of a subscription field that says after which event to begin."""

Run = Callable[[Any], Awaitable[bytes]]


class Share(Protocol):
    """Has what `run(viewer)` gives worked out once for all who may see the same of an event."""

    async def once(self, key: Hashable, event: Any, run: Run) -> bytes:
        """The answer. Raises what `run` does."""

    def soon(self, key: Hashable, event: Any, run: Run, told: Callable[[bytes | None], None]) -> bytes | None:
        """The answer, if it is there. Otherwise `told` is called with it later, or with None where `once` is to be
        asked."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event as the client gets it: the execution result in JSON, and where to resume."""

    payload: bytes
    cursor: str | None = None


Deliver = Callable[[Told], Awaitable[None]]


class ShareNothing:
    """Executes for each subscriber."""

    async def once(self, _key: Hashable, event: Any, run: Run) -> bytes:
        return await run(getattr(event, "viewer", None))

    def soon(self, _key: Hashable, _event: Any, _run: Run, told: Callable[[bytes | None], None]) -> None:
        asyncio.get_running_loop().call_soon(told, None)


class Pusher(Protocol):
    """A client who may be told without waiting for it."""

    def push(self, payload: bytes) -> bool:
        """Tell it a payload. False where it was not told: then `deliver` is the way."""


@dataclass(frozen=True, slots=True)
class _Running:
    """One subscription under way."""

    admitted: AdmittedOperation
    caller: Caller
    connection: HTTPConnection
    key: Hashable


class Subscriptions:
    """Runs admitted subscriptions of one schema."""

    def __init__(
        self,
        schema: GraphQLSchema,
        admission: Admission,
        execution: Execution,
        renewal: Renewal,
        share: Share,
    ) -> None:
        self._schema = schema
        self._admission = admission
        self._execution = execution
        self._renewal = renewal
        self._share = share

    async def run(
        self,
        admitted: AdmittedOperation,
        caller: Caller,
        connection: HTTPConnection,
        deliver: Deliver,
        *,
        after: str | None = None,
        pusher: Pusher | None = None,
    ) -> None:
        """Deliver events until there are no more; with a pusher, those that a source can push go by it. Raises
        RequestError with what the client is to be told when it ends otherwise; what `deliver` raises passes."""
        running = _Running(admitted, caller, connection, _sharing_key(admitted, caller))
        async with self._execution.open_context(caller, connection) as context:
            executor = self._execution.run.executor(admitted.operation, admitted.variables, context)
            source = await self._source(executor, running, after)
            async with AsyncExitStack() as ending:
                await ending.enter_async_context(aclosing(source))  # type: ignore[type-var]
                if pusher is not None and isinstance(source, Pushing):
                    ending.enter_context(self._pushed(source, running, pusher))
                while True:
                    event = await self._next(source, running)
                    if event is _NO_MORE:
                        return
                    payload = await self._payload(event, running)
                    await self._admission.points.charge(caller, EVENT_COST)
                    await deliver(Told(payload, getattr(event, "cursor", None)))

    async def _source(
        self, executor: Executor[Any], running: _Running, after: str | None
    ) -> AsyncIterator[Any]:
        try:
            async with asyncio.timeout(self._execution.deadline_seconds):
                return await _open_source(executor, after)
        except (
            Exception
        ) as error:  # Whatever a source raises is told to its client, as a resolver's error is.
            self._refuse(error, running)

    async def _next(self, source: AsyncIterator[Any], running: _Running) -> Any:
        try:
            return await anext(source, _NO_MORE)
        except Exception as error:  # As above.
            self._refuse(error, running)

    def _refuse(self, error: Exception, running: _Running) -> NoReturn:
        """Raise what the client is told instead of an exception of the source."""
        if isinstance(error, Ended | RefusedRequest | ReaderGone):
            raise error
        self._execution.raise_if_unavailable(error)
        located = error if isinstance(error, GraphQLError) else located_error(error)
        entries = self._execution.entries([located], running.admitted.operation, running.caller.locale)
        told: Any = entries[0]
        raise RefusedRequest(told["extensions"]["code"], told["message"], errors=entries) from error

    @contextmanager
    def _pushed(self, source: Pushing[Any], running: _Running, pusher: Pusher) -> Iterator[None]:
        """For as long as the block lasts, events are told as they come, without waking whoever waits for them."""
        is_over = False

        def told(payload: bytes) -> bool:
            points = self._admission.points
            if is_over or not points.charge_now(running.caller, EVENT_COST):
                return False
            if not pusher.push(payload):
                points.charge_now(running.caller, -EVENT_COST)
                return False
            return True

        def take(arrival: Any, make: Callable[[], Any], later: Callable[[bool], None]) -> bool | None:
            async def run(viewer: Any) -> bytes:
                return await self._executed(make(), viewer, running)

            def shared(payload: bytes | None) -> None:
                later(payload is not None and told(payload))

            payload = self._share.soon(running.key, arrival, run, shared)
            return None if payload is None else told(payload)

        source.push_to(take)
        try:
            yield
        finally:
            is_over = True

    async def _payload(self, event: Any, running: _Running) -> bytes:
        async def run(viewer: Any) -> bytes:
            return await self._executed(event, viewer, running)

        try:
            if event is None:  # a source that has nothing to show has nothing to share
                return await run(None)
            return await self._share.once(running.key, event, run)
        except RequestError as error:
            # Without its database an event would be lost if the stream went on; it is resumed instead.
            if error.code == Code.UNAVAILABLE or not isinstance(error, RefusedRequest):
                raise
            return orjson.dumps(
                {"errors": self._execution.told(error, running.caller.locale), "data": None}, default=str
            )

    async def _executed(self, event: Any, viewer: Any, running: _Running) -> bytes:
        caller = running.caller if viewer is None else self._renewal.as_viewer(running.caller, viewer)

        def execute(operation: Any, variables: Any, context: object) -> Any:
            executor = self._execution.run.executor(operation, variables, context, root_value=event)
            return executor.execute_operation(False)

        outcome = await self._execution.outcome(running.admitted, caller, running.connection, run=execute)
        body: dict[str, object] = {"errors": outcome.errors} if outcome.errors else {}
        return self._execution.encoded({**body, "data": outcome.data}, running.admitted.operation)


_NO_MORE: Any = object()


def _sharing_key(admitted: AdmittedOperation, caller: Caller) -> Hashable:
    resuming = _only_resumes(admitted)
    told = {name: value for name, value in admitted.variables.coerced.items() if name != resuming}
    variables = orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=repr)
    return admitted.operation.document.hash, admitted.operation.name, variables, caller.locale


def _only_resumes(admitted: AdmittedOperation) -> str | None:
    """The variable that says where to begin and nothing else: what is told of an event does not depend on it."""
    used: list[str] = []
    resumes: set[str] = set()

    class Uses(Visitor):
        def enter_variable_definition(self, *_: Any) -> Any:
            return SKIP

        def enter_variable(self, node: VariableNode, *_: Any) -> None:
            used.append(node.name.value)

    visit(admitted.operation.node, Uses())
    for fragment in admitted.operation.document.fragment_definitions.values():
        visit(fragment, Uses())
    for field in admitted.operation.node.selection_set.selections:
        for argument in (field.arguments or ()) if isinstance(field, FieldNode) else ():
            if argument.name.value == RESUME and isinstance(argument.value, VariableNode):
                resumes.add(argument.value.name.value)
    return next((name for name in resumes if used.count(name) == 1), None)


async def _open_source(executor: Executor[Any], after: str | None) -> AsyncIterator[Any]:
    """The source events of the operation's one root field; a cursor given beside the document wins over its
    argument. Raises whatever the field does."""
    root = executor.schema.subscription_type
    assert root is not None, "a document with a subscription was validated against the schema"
    field, nodes, path, arguments = _root_field(executor, root)
    if after is not None and RESUME in field.args:
        arguments[RESUME] = after
    try:
        info = executor.build_resolve_info(field, nodes, root, path)
        assert field.subscribe is not None, "a subscription field has a source"
        source = field.subscribe(executor.root_value, info, **arguments)
        found: Any = await source if isawaitable(source) else source
    except Exception as error:  # Passed on, with its place in the document.
        raise located_error(error, nodes, path.as_list()) from error
    located = _located(found, nodes, path)
    return _Pushing(located, found) if isinstance(found, Pushing) else located


async def _located(source: Any, nodes: Any, path: Path) -> AsyncIterator[Any]:
    try:
        async with aclosing(source):
            async for event in source:
                yield event
    except Exception as error:  # Passed on, with its place in the document.
        raise located_error(error, nodes, path.as_list()) from error


class _Pushing(Pushing[Any]):
    """A source with the errors of another and the pushing of the one below."""

    def __init__(self, located: Any, source: Pushing[Any]) -> None:
        self._located, self._source = located, source

    def push_to(self, push: Push) -> None:
        self._source.push_to(push)

    async def __anext__(self) -> Any:
        return await anext(self._located)

    async def aclose(self) -> None:
        await self._located.aclose()


def _root_field(
    executor: Executor[Any], root: GraphQLObjectType
) -> tuple[GraphQLField, Any, Path, dict[str, Any]]:
    grouped = collect_fields(
        executor.schema, executor.fragments, executor.variable_values, root, executor.operation,
        executor.hide_suggestions,
    ).grouped_field_set  # fmt: skip
    response_name, details = next(iter(grouped.items()))
    nodes = [each.node for each in details]
    field = executor.schema.get_field(root, nodes[0].name.value)
    assert field is not None, "the document was validated"
    arguments = get_argument_values(
        field, nodes[0], executor.variable_values, details[0].fragment_variable_values,
        executor.hide_suggestions,
    )  # fmt: skip
    return field, nodes, Path(None, response_name, root.name), arguments
