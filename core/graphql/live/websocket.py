"""graphql-transport-ws: many operations over one socket, of which each has a context of its own."""

import asyncio
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from core.graphql.caller import Caller
from core.graphql.errors import Code, RefusedRequest, RequestError
from core.graphql.http_request import request_from
from core.graphql.live.endings import Close, Ended, ReaderGone, credential_over, ending_of
from core.graphql.live.frames import PROTOCOL, CloseSocket, Frame, frame, read_frame
from core.graphql.live.hub import Counts, Live
from core.graphql.live.lifeline import Lifeline
from core.graphql.live.opening import caller_of, introduced
from core.graphql.live.subscribing import Told
from core.graphql.masking import masked
from core.kit.sockets import SEND_NOW, SendNow


def _cannot(_text: bytes) -> bool:
    """Where the server has no such extension."""
    return False


class SocketEndpoint:
    """The ASGI application behind the socket's route."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert scope["type"] == "websocket", "HTTP has its own route"
        await receive()
        if not self._live.origins.lets_connect(HTTPConnection(scope).headers):
            await send({"type": "websocket.close", "code": Close.FORBIDDEN})
            return
        speaks = PROTOCOL in scope["subprotocols"]
        await send({"type": "websocket.accept", "subprotocol": PROTOCOL if speaks else None, "headers": []})
        wire = _Wire(receive, send, scope.get("extensions", {}).get(SEND_NOW, _cannot), self._live)
        if not speaks:
            await wire.close(Close.BAD_SUBPROTOCOL, f"The subprotocol is {PROTOCOL}.")
            return
        await _serve(self._live, HTTPConnection(scope), wire)


class _Wire:
    """Sends and receives, one frame at a time and within limits."""

    def __init__(self, receive: Receive, send: Send, send_now: SendNow, live: Live) -> None:
        self._receive = receive
        self._send = send
        self._send_now = send_now
        self._options = live.options
        self._lock = asyncio.Lock()
        self._stuck = False

    async def next(self) -> Frame:
        """Raises CloseSocket for a broken frame, ReaderGone when the client has closed."""
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise ReaderGone
        return read_frame(message, self._options.max_frame_bytes)

    async def tell(self, kind: str, identity: str | None = None, payload: bytes | None = None) -> None:
        """Raises ReaderGone where the client does not read."""
        await self._within_limit({"type": "websocket.send", "text": frame(kind, identity, payload)})

    def tell_now(self, text: bytes) -> bool:
        """Send a frame to a client that takes it at once. False where it was not sent."""
        try:
            return not self._stuck and not self._lock.locked() and self._send_now(text)
        except Exception:  # Servers tell in many ways that the other side has hung up.
            self._stuck = True
            return False

    async def close(self, code: int, reason: str) -> None:
        """Close, unless that cannot be said either."""
        if self._stuck:
            return
        try:
            await self._within_limit({"type": "websocket.close", "code": int(code), "reason": reason})
        except ReaderGone:
            return

    async def _within_limit(self, message: Message) -> None:
        async with self._lock:
            if self._stuck:
                raise ReaderGone
            try:
                async with asyncio.timeout(self._options.send_seconds):
                    await self._send(message)
            except TimeoutError:
                self._stuck = True
                raise ReaderGone from None
            except Exception as error:  # Servers tell in many ways that the other side has hung up.
                self._stuck = True
                raise ReaderGone from error


async def _serve(live: Live, connection: HTTPConnection, wire: _Wire) -> None:
    try:
        connection, caller = await _opening(live, connection, wire)
        with live.opened(caller, "websocket") as (line, counts):
            await wire.tell("connection_ack")
            await _Socket(live, connection, wire, line, counts).run()
    except ReaderGone:
        return
    except CloseSocket as error:
        await wire.close(error.code, error.reason)
    except RequestError as error:
        ended = ending_of(error)
        await wire.close(ended.close, ended.reason)
    except Exception as error:  # The outermost edge of the socket.
        masked(error, None)
        await wire.close(Close.INTERNAL, "An internal error occurred.")


async def _opening(live: Live, connection: HTTPConnection, wire: _Wire) -> tuple[HTTPConnection, Caller]:
    """Until the client has said who it is. Raises CloseSocket, ReaderGone, RequestError."""
    try:
        async with asyncio.timeout(live.options.opening_seconds):
            while (first := await wire.next()).type != "connection_init":
                if first.type in ("subscribe", "complete"):
                    raise CloseSocket(Close.NOT_OPENED, "Send connection_init first.")
                if first.type == "ping":
                    await wire.tell("pong")
    except TimeoutError:
        raise CloseSocket(Close.TOO_LATE, "connection_init did not come in time.") from None
    connection = introduced(connection, first.payload)
    try:
        return connection, await caller_of(connection, live.authenticate, live.origins)
    except RequestError:
        raise
    except Exception as error:  # Whatever it is, the socket is closed in order.
        live.execution.raise_if_unavailable(error)
        raise masked(error, None) from error


class _Socket:
    """An open socket: reads frames and runs a task for each operation."""

    def __init__(
        self, live: Live, connection: HTTPConnection, wire: _Wire, line: Lifeline, counts: Counts
    ) -> None:
        self._live = live
        self._connection = connection
        self._wire = wire
        self._line = line
        self._counts = counts
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        """Also those that the client has ended and that have not noticed yet."""

    async def run(self) -> None:
        """Until either side ends it. Raises CloseSocket, Ended, ReaderGone."""
        reader = asyncio.create_task(self._read())
        try:
            waited: set[asyncio.Future[Any]] = {reader, self._line.ended}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if reader.done() and not self._line.ended.done():
                reader.result()
            ended = self._line.ended.result()
            self._counts.reason = ended.code
            raise ended
        except CloseSocket as error:
            self._counts.reason = str(int(error.code))
            raise
        finally:
            await _cancelled(reader, *self._running)

    async def _read(self) -> None:
        while True:
            await self._take(await self._wire.next())

    async def _take(self, given: Frame) -> None:
        match given.type:
            case "connection_init":
                raise CloseSocket(Close.TOO_MANY, "connection_init came twice.")
            case "ping":
                await self._wire.tell("pong")
            case "complete":
                if (task := self._tasks.pop(given.id, None)) is not None:
                    task.cancel()
            case "subscribe":
                await self._begin(given)

    async def _begin(self, given: Frame) -> None:
        if given.id in self._tasks:
            raise CloseSocket(Close.TAKEN_ID, f"There is an operation {given.id[:40]!r} already.")
        limit = self._live.options.operations_per_socket
        if len(self._tasks) >= limit:
            refused = RefusedRequest(
                Code.TOO_MANY_STREAMS, "A connection may run {limit} operations at once.", limit=limit
            )
            await self._wire.tell("error", given.id, self._entries(refused))
            return
        self._counts.operations += 1
        task = self._tasks[given.id] = asyncio.create_task(self._run(given))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _run(self, given: Frame) -> None:
        """One operation from its frame to `complete` or `error`."""
        try:
            kind, payload = await self._outcome(given)
            if self._tasks.get(given.id) is asyncio.current_task():
                del self._tasks[given.id]
            await self._wire.tell(kind, given.id, payload)
        except Ended as error:
            self._line.end(error)
        except ReaderGone:
            self._line.end(Ended("GONE", "The client does not read.", Close.NORMAL))

    async def _outcome(self, given: Frame) -> tuple[str, bytes | None]:
        """How the operation ends. Raises Ended and ReaderGone, which end the socket."""
        try:
            await self._operation(given)
        except (Ended, ReaderGone):
            raise
        except RequestError as error:
            return "error", self._entries(error)
        except (
            Exception
        ) as error:  # The outermost edge of an operation: whatever it is must become an answer.
            return "error", self._entries(masked(error, None))
        return "complete", None

    async def _operation(self, given: Frame) -> None:
        live, caller = self._live, await self._present_caller()
        try:
            request = request_from(given.payload)
            document = await live.admission.document(request, caller)
            operation = document.operation(request.operation_name)
            admitted = await live.admission.admit(operation, request, caller)
        except RequestError as error:
            await live.admission.charge_refusal(caller, error)
            raise

        async def deliver(told: Told) -> None:
            self._counts.events += 1
            await self._wire.tell("next", given.id, told.payload)

        if operation.kind is OperationType.SUBSCRIPTION:
            pusher = _Pusher(given.id, self._wire, self._line, self._counts)
            await live.subscriptions.run(admitted, caller, self._connection, deliver, pusher=pusher)
            return
        outcome = await live.execution.outcome(admitted, caller, self._connection)
        await self._wire.tell("next", given.id, live.execution.answer(outcome, admitted))

    async def _present_caller(self) -> Caller:
        """The socket's caller, read again, as if the operation had come in a request of its own."""
        try:
            (caller,) = await self._live.renewal.renew([self._line.opened_by])
        except TimeoutError:
            raise RefusedRequest(
                Code.UNAVAILABLE, "The desk is not available at the moment; try again."
            ) from None
        except Exception as error:  # Passed on, or told as a database that is away.
            self._live.execution.raise_if_unavailable(error)
            raise
        if caller is None:
            raise credential_over()
        return caller

    def _entries(self, error: RequestError) -> bytes:
        locale = self._line.opened_by.locale
        return orjson.dumps(self._live.execution.told(error, locale), default=str)


class _Pusher:
    """Tells the events of the operation that makes it, without waiting."""

    def __init__(self, identity: str, wire: _Wire, line: Lifeline, counts: Counts) -> None:
        # All that differs from what others are told of the same event.
        self._before = frame("next", identity, b"").encode()[:-1]
        self._wire = wire
        self._line = line
        self._counts = counts
        self._operation = asyncio.current_task()

    def push(self, payload: bytes) -> bool:
        told = not self._is_ending() and self._wire.tell_now(self._before + payload + b"}")
        self._counts.events += told
        return told

    def _is_ending(self) -> bool:
        """Whether it is over for the client already, though the operation has not noticed yet."""
        return self._line.ended.done() or self._operation is None or self._operation.cancelling() > 0


async def _cancelled(*tasks: "asyncio.Task[None]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
