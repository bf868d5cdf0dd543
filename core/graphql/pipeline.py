"""The way of every operation, whatever carries it: document, operation, variables, limits, points, execution.

HTTP requests come here from the endpoint; sockets and event streams use the same steps, then execute what
was admitted.
"""

from dataclasses import dataclass

from graphql import GraphQLSchema
from graphql.execution.values import VariableValues

from core.graphql.caller import Caller
from core.graphql.documents import Documents
from core.graphql.errors import Code, RefusedRequest, RequestError
from core.graphql.guard import GuardLimits
from core.graphql.http_request import GraphQLRequest
from core.graphql.limits import Allowance, PointLimits, preparation_cost
from core.graphql.locating import place_of
from core.graphql.options import EdgeOptions
from core.graphql.prepared import PreparedDocument, PreparedOperation
from core.graphql.variables import coerced

_UNCHARGED = {Code.UNAUTHENTICATED, Code.RATE_LIMITED, Code.UNAVAILABLE, Code.INTERNAL, Code.TIMEOUT}


@dataclass(frozen=True, slots=True)
class AdmittedOperation:
    """An operation that may run: prepared, its variables coerced, within every limit, and paid for."""

    operation: PreparedOperation
    variables: VariableValues
    allowance: Allowance


class Admission:
    """Decides which operations may run."""

    def __init__(self, schema: GraphQLSchema, options: EdgeOptions) -> None:
        self._schema = schema
        self._hide_suggestions = not options.introspection
        self._max_cost = options.max_cost
        self._limits = GuardLimits(
            max_depth=options.max_depth,
            max_aliases=options.max_aliases,
            max_root_fields=options.max_root_fields,
            max_mutations=options.max_mutations,
            max_operations=options.max_operations,
        )
        self.documents = Documents(
            schema,
            self._limits,
            trusted=options.trusted_documents,
            introspection=options.introspection,
            max_tokens=options.max_tokens,
            max_document_bytes=options.max_document_bytes,
            cached_documents=options.cached_documents,
            cached_bytes=options.cached_document_bytes,
        )
        self.points = PointLimits(
            points_per_minute=options.points_per_minute,
            points_per_minute_tenant=options.points_per_minute_tenant,
            max_cost=options.max_cost,
            processes=options.processes,
            redis=options.redis,
        )

    async def document(self, request: GraphQLRequest, caller: Caller) -> PreparedDocument:
        """The request's document, prepared. Raises RefusedRequest."""
        known = self.documents.known(request.query, request.document_id, caller.document_mode)
        if known is not None:
            return known
        assert request.query is not None
        await self.points.charge(caller, preparation_cost(request.query))
        return self.documents.prepare(request.query)

    def measure(self, operation: PreparedOperation, request: GraphQLRequest) -> tuple[VariableValues, int]:
        """The coerced variables and the cost with them. Raises RefusedRequest over a limit."""
        operation.analysis.check(self._limits)
        variables = coerced(
            self._schema, operation, request.variables, hide_suggestions=self._hide_suggestions
        )
        return variables, self._cost(operation, variables)

    def _cost(self, operation: PreparedOperation, variables: VariableValues) -> int:
        cost = operation.analysis.cost(variables.coerced)
        if cost > self._max_cost:
            way = operation.analysis.cost_driver(variables.coerced)
            raise RefusedRequest(
                Code.TOO_COSTLY,
                "The operation costs {cost} points; {limit} are allowed. Most is for '{field}'.",
                at=place_of(way[-1].node) if way and way[-1].node else None,
                cost=cost,
                limit=self._max_cost,
                field=".".join(each.name for each in way) or None,
            )
        return cost

    async def admit(
        self,
        operation: PreparedOperation,
        request: GraphQLRequest,
        caller: Caller,
        paid: Allowance | None = None,
    ) -> AdmittedOperation:
        """Check the operation against every limit and take its points, unless the caller has `paid` them. Raises
        RefusedRequest."""
        variables, cost = self.measure(operation, request)
        return AdmittedOperation(operation, variables, paid or await self.points.charge(caller, cost))

    async def charge_refusal(self, caller: Caller, error: RequestError) -> Allowance | None:
        """Take the points of a refusal that is the sender's doing; None for others."""
        return None if error.code in _UNCHARGED else await self.points.charge_refusal(caller)
