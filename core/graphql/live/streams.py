"""Event streams (graphql-sse, distinct connections) and multipart answers (subscriptionSpec=1.0): one operation,
one HTTP response that lasts."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import OperationType
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Send

from core.graphql.caller import Caller
from core.graphql.errors import Code, RequestError
from core.graphql.execution import WhileConnected
from core.graphql.http_request import ClientGone
from core.graphql.live.accepting import StreamFormat
from core.graphql.live.endings import ReaderGone
from core.graphql.live.formats import FORMATS, Format
from core.graphql.live.hub import Counts, Live
from core.graphql.live.lifeline import Lifeline
from core.graphql.live.subscribing import Told
from core.graphql.masking import masked
from core.graphql.pipeline import AdmittedOperation


@dataclass(frozen=True, slots=True)
class StreamReply:
    """A response that goes on while there is something to tell. The caller holds a seat while it is sent."""

    live: Live
    admitted: AdmittedOperation
    caller: Caller
    connection: HTTPConnection
    receive: Receive
    format: StreamFormat
    headers: Mapping[str, str]

    async def send(self, send: Send) -> None:
        """Raises Ended, before anything was sent, where no more may be open."""
        with self.live.opened(self.caller, self.format) as (line, counts):
            form = FORMATS[self.format]()
            body = _Body(send, form, self.live.options.send_seconds)
            try:
                async with WhileConnected(self.receive):
                    await body.begin(self.headers)
                    await self._until_ended(body, line, counts)
            except (ClientGone, ReaderGone):
                return

    async def _until_ended(self, body: "_Body", line: Lifeline, counts: Counts) -> None:
        work = asyncio.create_task(self._work(body, counts))
        beat = asyncio.create_task(_beat(body, self.live.options.keep_alive_seconds))
        try:
            waited: set[asyncio.Future[Any]] = {work, beat, line.ended}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            counts.reason = "complete"
            for task in (work, beat):
                if task.done():
                    task.result()
            if not work.done():
                raise line.ended.result()
            await body.end(body.form.complete())
        except RequestError as error:
            counts.reason = error.code
            await self._stop(work, beat)
            await body.end(self._ending(body.form, error))
        finally:
            await self._stop(work, beat)

    async def _stop(self, *tasks: "asyncio.Task[None]") -> None:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, body: "_Body", counts: Counts) -> None:
        async def deliver(told: Told) -> None:
            counts.events += 1
            await body.write(body.form.event(told))

        counts.operations = 1
        try:
            if self.admitted.operation.kind is OperationType.SUBSCRIPTION:
                after = self.connection.headers.get("last-event-id") or None
                await self.live.subscriptions.run(
                    self.admitted, self.caller, self.connection, deliver, after=after
                )
                return
            outcome = await self.live.execution.outcome(self.admitted, self.caller, self.connection)
            await deliver(Told(self.live.execution.answer(outcome, self.admitted)))
        except (RequestError, ReaderGone):
            raise
        except Exception as error:  # The outermost edge of the stream: whatever it is must be told.
            raise masked(error, self.admitted.operation) from error

    def _ending(self, form: Format, error: RequestError) -> bytes:
        entries = orjson.dumps(self.live.execution.told(error, self.caller.locale), default=str)
        return form.broken_off(entries) if error.code == Code.GOING_AWAY else form.refusal(entries)


async def _beat(body: "_Body", seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await body.write(body.form.beat())


class _Body:
    """The response's body, sent piece by piece within limits."""

    def __init__(self, send: Send, form: Format, send_seconds: float) -> None:
        self.form = form
        self._send = send
        self._send_seconds = send_seconds
        self._lock = asyncio.Lock()

    async def begin(self, headers: Mapping[str, str]) -> None:
        named = {**headers, "Content-Type": self.form.content_type, "X-Accel-Buffering": "no"}
        raw = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]
        await self._within_limit({"type": "http.response.start", "status": 200, "headers": raw})
        await self.write(self.form.opening())

    async def write(self, piece: bytes) -> None:
        await self._within_limit({"type": "http.response.body", "body": piece, "more_body": True})

    async def end(self, piece: bytes) -> None:
        await self._within_limit({"type": "http.response.body", "body": piece, "more_body": False})

    async def _within_limit(self, message: Message) -> None:
        async with self._lock:
            try:
                async with asyncio.timeout(self._send_seconds):
                    await self._send(message)
            except TimeoutError:
                raise ReaderGone from None
            except Exception as error:  # Servers tell in many ways that the other side has hung up.
                raise ReaderGone from error
