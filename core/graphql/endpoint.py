"""The HTTP endpoint of the API: an ASGI application that turns every message into a GraphQL answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import orjson
import strawberry
from graphql import FieldNode, GraphQLSchema, OperationType
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from core.graphql.arrival import Arrival
from core.graphql.caller import Authenticate, Caller, OpenContext, Unsure
from core.graphql.errors import (
    AuthenticationFailed,
    Code,
    Localise,
    RefusedRequest,
    RequestError,
    in_english,
)
from core.graphql.execution import (
    Execution,
    GraphQLCoreRun,
    Outcome,
    WhileConnected,
    unavailable,
)
from core.graphql.http_request import (
    ClientGone,
    GraphQLRequest,
    negotiate,
    parse_body,
    parse_query_string,
    read_body,
    require_json_body,
)
from core.graphql.limits import Allowance, RateLimited
from core.graphql.live import Live, LiveOptions, Renewal, StreamFormat, stream_format
from core.graphql.live.endings import Ended
from core.graphql.live.renewal import NothingChanges
from core.graphql.live.streams import StreamReply
from core.graphql.live.subscribing import Share, ShareNothing
from core.graphql.live.websocket import SocketEndpoint
from core.graphql.masking import IsUnavailable, masked
from core.graphql.options import EdgeOptions
from core.graphql.origins import Origins
from core.graphql.pipeline import Admission, AdmittedOperation
from core.graphql.prepared import PreparedDocument, PreparedOperation
from core.graphql.statuses import JSON, MediaType, execution_status, refusal_status
from core.kit.graph.mutations import begins_a_transaction
from core.kit.i18n import choose_locale

_METHODS = "GET, POST, OPTIONS"


@dataclass(slots=True)
class _Exchange:
    """One request on its way, and what is known about it so far."""

    connection: HTTPConnection
    receive: Receive
    media_type: MediaType = JSON
    stream: StreamFormat | None = None
    accepts_json: bool = True
    caller: Caller | None = None
    allowance: Allowance | None = None
    paid: tuple[str, Allowance] | None = None
    """Whose points were taken for this operation before it begins anew."""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def known(self) -> Caller:
        """Who sends it, once that is known."""
        assert self.caller is not None, "authenticated on arrival"
        return self.caller


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    body: bytes
    headers: Mapping[str, str]
    cookies: tuple[str, ...] = ()

    async def send(self, send: Send) -> None:
        headers = [_encoded(name, value) for name, value in self.headers.items()]
        headers += [(b"set-cookie", cookie.encode("latin-1")) for cookie in self.cookies]
        headers.append((b"content-length", str(len(self.body)).encode("ascii")))
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


@lru_cache(256)
def _encoded(name: str, value: str) -> tuple[bytes, bytes]:
    """A header as ASGI has it; nearly every answer has the same."""
    return name.lower().encode("latin-1"), value.encode("latin-1")


class Edge:
    """The API at one URL; one instance per process.

    GET carries queries only. It takes registered documents from everybody, other documents (`?query=`) from
    callers whose credential no browser attaches by itself.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        options: EdgeOptions,
        authenticate: Authenticate,
        open_context: OpenContext,
        *,
        is_unavailable: IsUnavailable = lambda _error: False,
        localise: Localise = in_english,
        presume: Authenticate | None = None,
        run: GraphQLCoreRun | None = None,
        live: LiveOptions | None = None,
        renewal: Renewal | None = None,
        share: Share | None = None,
    ) -> None:
        core_schema = schema._schema
        self._profile = options.status_profile
        self._max_body_bytes = options.max_body_bytes
        self._authenticate = authenticate
        self._presume = presume or authenticate
        self._origins = Origins(options.allowed_origins)
        self._vary = self._origins.vary
        self._beginning = _beginning(core_schema)
        self.admission = Admission(core_schema, options)
        self.execution = Execution(
            run or GraphQLCoreRun(core_schema, hide_suggestions=not options.introspection),
            open_context,
            deadline_seconds=options.deadline_seconds,
            max_answer_bytes=options.max_answer_bytes,
            is_unavailable=is_unavailable,
            localise=localise,
        )
        self.live = Live(
            core_schema,
            live or LiveOptions(),
            admission=self.admission,
            execution=self.execution,
            authenticate=authenticate,
            origins=self._origins,
            renewal=renewal or NothingChanges(),
            share=share or ShareNothing(),
            is_unavailable=is_unavailable,
        )
        self.socket = SocketEndpoint(self.live)

    async def aclose(self) -> None:
        """At the end of the process: let go of connections."""
        await self.admission.points.aclose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "http", "the edge answers HTTP; sockets have their own route"
        exchange = _Exchange(Arrival(scope), receive)
        exchange.headers = self._origins.response_headers(exchange.connection.headers.get("origin"))
        try:
            reply = await self._reply(exchange)
        except ClientGone:
            return
        try:
            await reply.send(send)
        except Ended as error:  # No more streams may be open.
            await (await self._refusal(exchange, error)).send(send)

    async def _reply(self, exchange: _Exchange) -> _Reply | StreamReply:
        method = exchange.connection.scope["method"]
        if method == "OPTIONS":
            return self._options(exchange)
        try:
            return await self._answer(exchange, method)
        except (RequestError, ClientGone) as error:
            if isinstance(error, ClientGone):
                raise
            return await self._refusal(exchange, error)
        except Exception as error:  # The outermost edge: whatever it is must become an answer.
            return await self._refusal(exchange, self._unexpected(error))

    def _unexpected(self, error: Exception) -> RequestError:
        try:
            self.execution.raise_if_unavailable(error)
        except RefusedRequest as unavailable:
            return unavailable
        return masked(error, None)

    async def _answer(self, exchange: _Exchange, method: str) -> _Reply | StreamReply:
        headers = exchange.connection.headers
        if method not in ("GET", "POST"):
            raise _not_allowed("{method} is not supported here.", allow=_METHODS, method=method)
        self._negotiate(exchange)
        if method == "POST":
            require_json_body(headers.get("content-type"), headers.get("content-encoding"))
        request = await self._arrived(exchange, method)
        reply = await self._presumed(exchange, request)
        return await self._answered(exchange, request) if reply is None else reply

    async def _presumed(self, exchange: _Exchange, request: GraphQLRequest) -> _Reply | StreamReply | None:
        """The answer to whoever is presumed to ask. None where it is not they: then the caller is looked up."""
        reply, refusal = None, None
        try:
            reply = await self._answered(exchange, request)
        except RequestError as error:
            refusal = error
        except Unsure:
            pass
        presumed = exchange.known
        if not presumed.is_sure:
            # If nobody asks, their refusal says nothing of whoever was presumed to.
            allowance, exchange.allowance, exchange.caller = exchange.allowance, None, None
            exchange.caller = await self._authenticate(exchange.connection)
            if exchange.caller != presumed:
                exchange.paid = (presumed.bucket_key, allowance) if allowance else None
                return None
            exchange.allowance = allowance
        if refusal is not None:
            raise refusal
        return reply

    async def _answered(self, exchange: _Exchange, request: GraphQLRequest) -> _Reply | StreamReply:
        admitted = await self._admit(request, exchange)
        caller = exchange.known
        exchange.allowance = admitted.allowance
        exchange.connection.scope["deskgraph.operation"] = {
            "operation": admitted.operation.node.name.value if admitted.operation.node.name else None,
            "kind": admitted.operation.kind.value,
            "cost": admitted.allowance.cost,
            "tenant": caller.tenant_key,
        }
        if exchange.stream and (
            not exchange.accepts_json or admitted.operation.kind is OperationType.SUBSCRIPTION
        ):
            return StreamReply(
                self.live, admitted, caller, exchange.connection, exchange.receive, exchange.stream,
                self._headers(exchange),
            )  # fmt: skip
        async with WhileConnected(exchange.receive):
            outcome = await self.execution.outcome(admitted, caller, exchange.connection)
        return self._success(exchange, outcome, admitted)

    async def _arrived(self, exchange: _Exchange, method: str) -> GraphQLRequest:
        """What is sent, and by whom, within the deadline of an operation."""
        seconds = self.execution.deadline_seconds
        try:
            async with asyncio.timeout(seconds) as deadline:
                return await self._read(exchange, method)
        except TimeoutError:
            if not deadline.expired():
                raise
            if exchange.caller is None:
                raise unavailable() from None
            raise RefusedRequest(
                Code.REQUEST_TIMEOUT,
                "The request did not arrive within {seconds} seconds; send it again.",
                values={"seconds": f"{seconds:g}"},
                headers={"Connection": "close"},
            ) from None

    async def _read(self, exchange: _Exchange, method: str) -> GraphQLRequest:
        headers = exchange.connection.headers
        caller = exchange.caller = await self._presume(exchange.connection)
        if caller.via_cookie and method == "GET" and exchange.stream == "text/event-stream":
            self._origins.require_own_page(headers)
        elif caller.via_cookie:
            self._origins.require_unforged(headers)
        return await self._request(exchange, method)

    def _negotiate(self, exchange: _Exchange) -> None:
        accept = exchange.connection.headers.get("accept")
        media_type = negotiate(accept)
        exchange.stream = stream_format(accept)
        if media_type is None and exchange.stream is None:
            raise RefusedRequest(
                Code.NOT_ACCEPTABLE, "Accept application/graphql-response+json or application/json."
            )
        exchange.media_type = media_type or JSON
        exchange.accepts_json = media_type is not None

    async def _request(self, exchange: _Exchange, method: str) -> GraphQLRequest:
        if method == "GET":
            return parse_query_string(exchange.connection.scope["query_string"])
        length = exchange.connection.headers.get("content-length")
        return parse_body(await read_body(exchange.receive, length, self._max_body_bytes))

    async def _admit(self, request: GraphQLRequest, exchange: _Exchange) -> AdmittedOperation:
        method = exchange.connection.scope["method"]
        document = await self._document(request, exchange.known, method)
        operation = document.operation(request.operation_name)
        if operation.kind is OperationType.SUBSCRIPTION and exchange.stream is None:
            raise RefusedRequest(
                Code.SUBSCRIPTION_NOT_SUPPORTED,
                "A subscription needs a stream: accept text/event-stream or"
                " multipart/mixed;subscriptionSpec=1.0, or open a WebSocket"
                " at this address with the subprotocol graphql-transport-ws.",
            )
        if method == "GET" and operation.kind is OperationType.MUTATION:
            raise _not_allowed("Mutations are sent by POST.", allow="POST")
        if not exchange.known.is_sure and (exchange.stream or not self._asks_first(operation)):
            exchange.caller = await self._authenticate(exchange.connection)
        paid_by, paid = exchange.paid or (None, None)
        return await self.admission.admit(
            operation, request, exchange.known, paid if paid_by == exchange.known.bucket_key else None
        )

    def _asks_first(self, operation: PreparedOperation) -> bool:
        """Whether nothing is done before a connection for the tenant was taken, which asks what is presumed."""
        if operation.kind is not OperationType.MUTATION:
            return operation.kind is OperationType.QUERY
        return all(
            isinstance(each, FieldNode) and each.name.value in self._beginning
            for each in operation.node.selection_set.selections
        )

    async def _document(self, request: GraphQLRequest, caller: Caller, method: str) -> PreparedDocument:
        if method == "GET" and caller.via_cookie:
            known = self.admission.documents.known(request.query, request.document_id, "trusted")
            assert known is not None, "with mode 'trusted' there is a document or a refusal"
            return known
        return await self.admission.document(request, caller)

    def _success(self, exchange: _Exchange, outcome: Outcome, admitted: AdmittedOperation) -> _Reply:
        encoded = self.execution.answer(outcome, admitted)
        status = execution_status(has_errors=bool(outcome.errors), profile=self._profile)
        return _Reply(status, encoded, self._headers(exchange), outcome.cookies)

    async def _refusal(self, exchange: _Exchange, error: RequestError) -> _Reply:
        allowance = await self._allowance_of_refusal(exchange, error)
        status_code = Code.UNAUTHENTICATED if isinstance(error, AuthenticationFailed) else error.code
        body: dict[str, object] = {"errors": self.execution.told(error, _locale(exchange))}
        if error.code in (Code.TIMEOUT, Code.ANSWER_TOO_LARGE):
            body["data"] = None
        if allowance is not None:
            body["extensions"] = {"cost": allowance.to_extension()}
        headers = self._headers(exchange)
        if isinstance(error, RefusedRequest):
            headers |= error.headers
        if status_code == Code.UNAUTHENTICATED:
            headers["WWW-Authenticate"] = "Bearer"
        status = refusal_status(status_code, exchange.media_type, self._profile)
        return _Reply(status, orjson.dumps(body, default=str), headers)

    async def _allowance_of_refusal(self, exchange: _Exchange, error: RequestError) -> Allowance | None:
        if isinstance(error, RateLimited):
            return error.allowance
        if exchange.allowance is not None or exchange.caller is None:
            return exchange.allowance
        return await self.admission.charge_refusal(exchange.caller, error)

    def _options(self, exchange: _Exchange) -> _Reply:
        headers = exchange.connection.headers
        answer = {"Allow": _METHODS, "Vary": self._vary, "Cache-Control": "no-store"}
        if "access-control-request-method" in headers:
            answer |= self._origins.preflight_headers(headers.get("origin"))
        return _Reply(204, b"", answer)

    def _headers(self, exchange: _Exchange) -> dict[str, str]:
        return exchange.headers | {
            "Content-Type": f"{exchange.media_type}; charset=utf-8",
            "Cache-Control": "no-store",
            "Vary": self._vary,
            "X-Content-Type-Options": "nosniff",
        }


def _beginning(schema: GraphQLSchema) -> frozenset[str]:
    """The mutations that begin with a transaction of the tenant."""
    fields = schema.mutation_type.fields if schema.mutation_type else {}
    return frozenset(name for name, field in fields.items() if begins_a_transaction(field))


def _locale(exchange: _Exchange) -> str:
    """The language of a refusal: the caller's, or what the request asks for where nobody is known yet."""
    if exchange.caller is not None:
        return exchange.caller.locale
    return choose_locale(exchange.connection.headers.get("accept-language"))


def _not_allowed(message: str, *, allow: str, **values: object) -> RefusedRequest:
    return RefusedRequest(Code.METHOD_NOT_ALLOWED, message, values=values, headers={"Allow": allow})
