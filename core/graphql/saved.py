"""Saved queries: checked like any other when they are kept, and run later with the rights of somebody who is not
there to ask."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

import strawberry
from graphql import OperationType
from starlette.requests import HTTPConnection

from core.graphql.caller import Caller, DocumentMode
from core.graphql.compiled import CompiledRun
from core.graphql.errors import Code, Localise, RefusedRequest, in_english
from core.graphql.execution import Execution
from core.graphql.http_request import GraphQLRequest
from core.graphql.limits import Allowance
from core.graphql.masking import IsUnavailable
from core.graphql.options import EdgeOptions
from core.graphql.pipeline import Admission, AdmittedOperation
from core.graphql.prepared import PreparedOperation
from core.graphql.refusals import RefusedByCore
from core.kit.graph import Request
from core.kit.graph.saved import QueryRefused


@dataclass(frozen=True, slots=True)
class _Absent:
    """The caller of a saved query: nobody waits for the answer, and no bucket pays."""

    request: Request
    tenant_key: str | None = None
    bucket_key: str = "saved"
    document_mode: DocumentMode = "any"
    via_cookie: bool = False
    is_sure: bool = True

    @property
    def locale(self) -> str:
        return self.request.locale


@asynccontextmanager
async def _context_of(caller: Caller, _connection: HTTPConnection) -> AsyncIterator[object]:
    yield cast("_Absent", caller).request


class SavedQueries:
    """Saved queries of one schema. `max_cost` takes the place of the limit for requests."""

    def __init__(
        self,
        schema: strawberry.Schema,
        options: EdgeOptions,
        *,
        max_cost: int,
        is_unavailable: IsUnavailable,
        localise: Localise = in_english,
    ) -> None:
        core_schema = schema._schema
        own = replace(options, trusted_documents={}, redis=None, max_cost=max_cost)
        self._admission = Admission(core_schema, own)
        self._execution = Execution(
            CompiledRun(schema, hide_suggestions=not options.introspection),
            _context_of,
            deadline_seconds=options.deadline_seconds,
            max_answer_bytes=options.max_answer_bytes,
            is_unavailable=is_unavailable,
            localise=localise,
        )

    def check(self, text: str, variables: Mapping[str, str]) -> None:
        """Raises QueryRefused unless the text is one query that could be run with these variables or some of them."""
        self._admitted(text, variables)

    async def run(self, text: str, variables: Mapping[str, str], request: Request) -> Mapping[str, Any]:
        """`data`, and `errors` where there are any. Raises QueryRefused; RefusedRequest while the database is away."""
        admitted = self._admitted(text, variables)
        try:
            outcome = await self._execution.outcome(admitted, _Absent(request), cast("HTTPConnection", None))
        except RefusedRequest as error:
            if error.code == Code.UNAVAILABLE:
                raise
            raise QueryRefused(error.code, _problem(error)) from error
        return {"data": outcome.data, **({"errors": outcome.errors} if outcome.errors else {})}

    def _admitted(self, text: str, variables: Mapping[str, str]) -> AdmittedOperation:
        try:
            operation = self._operation(text)
            _require_known(operation, variables)
            coerced, cost = self._admission.measure(operation, _request(text, variables))
        except RefusedRequest as error:
            raise QueryRefused(error.code, _problem(error)) from error
        return AdmittedOperation(operation, coerced, _unpaid(cost))

    def _operation(self, text: str) -> PreparedOperation:
        documents = self._admission.documents
        operation = (documents.known(text, None, "any") or documents.prepare(text)).operation(None)
        if operation.kind is not OperationType.QUERY:
            raise QueryRefused("NOT_A_QUERY", f"This is a {operation.kind.value}, not a query.")
        return operation


def _problem(error: RefusedRequest) -> str:
    return error.detail if isinstance(error, RefusedByCore) else error.message


def _require_known(operation: PreparedOperation, variables: Mapping[str, str]) -> None:
    for definition in operation.node.variable_definitions or ():
        name = definition.variable.name.value
        if name not in variables:
            known = ", ".join(f"${each}" for each in variables)
            raise QueryRefused(Code.BAD_VARIABLES, f"There is no variable ${name}; there is {known}.")


def _request(text: str, variables: Mapping[str, str]) -> GraphQLRequest:
    return GraphQLRequest(query=text, variables=dict(variables))


def _unpaid(cost: int) -> Allowance:
    return Allowance(cost, cost, 0, datetime.now(UTC))
