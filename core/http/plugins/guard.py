"""The guard before a plugin's route: bodies have an end, answers come in time, and nothing of a failure gets out."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from core.http.plugins.entrance import Entrance, Visit
from core.http.plugins.refusals import Refusal, broken, late, unauthenticated, unavailable
from core.kit.database import is_unavailable
from core.kit.logging import get_logger
from core.pluginhost.bounded import TooMuchHangs, bounded
from core.pluginhost.failures import Stage
from core.pluginhost.isolation import Broken, attempt, attempt_async
from core.pluginhost.watching import BLOCKED_SECONDS
from core.sdk import AuthFailed, Call, HttpRequest, ProviderError, Rejected, Reply, Route

log = get_logger(__name__)

SECONDS = 10.0
"""For the body, and again for the handler."""
BODY_BYTES = 1024 * 1024
INSTANCE = "deskgraph_instance"
"""The part of a path that names the instance whose integration verifies."""

# Whatever it is, no browser runs it as a page of ours, which a session would be lent to.
_HARMLESS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
Endpoint = Callable[[Request], Awaitable[Response]]


def guarded(plugin: str, route: Route, entrance: Entrance) -> Endpoint:
    """The endpoint of a plugin's route. Answers 502 where the plugin fails and 504 where it takes too long; the log has
    the plugin's name and the route's, never the path that was asked for, which may be a secret."""

    async def endpoint(request: Request) -> Response:
        began = time.perf_counter()
        try:
            response = await _answered(plugin, route, entrance, request)
        except Refusal as refusal:
            response = refusal.response()
        except ClientDisconnect:
            response = Response(status_code=400)  # nobody reads it
        except Exception as error:  # the outermost edge: a stopped database is worth another try
            if not is_unavailable(error):
                raise
            response = unavailable().response()
        seconds = round(time.perf_counter() - began, 3)
        log.info(
            "plugin.answered", plugin=plugin, route=route.path, status=response.status_code, seconds=seconds
        )
        return response

    return endpoint


async def _answered(plugin: str, route: Route, entrance: Entrance, request: Request) -> Response:
    parameters = dict(request.path_params)
    async with entrance.visit(plugin, route, request, parameters.pop(INSTANCE, None)) as visit:
        given = await _whole(request, parameters)
        _verify(plugin, visit, given)
        call = Call(visit.ctx, given, visit.sender)
        return _response(plugin, await _within(plugin, route, call))


async def _whole(request: Request, parameters: dict[str, str]) -> HttpRequest:
    body = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > BODY_BYTES:
                    raise Refusal(413, "BODY_TOO_LARGE", f"A body has {BODY_BYTES} bytes at most.")
    except TimeoutError:
        raise Refusal(408, "REQUEST_TIMEOUT", "The body did not come in time.") from None
    return HttpRequest(
        method=request.method, path=request.url.path, parameters=parameters, query=dict(request.query_params),
        headers=dict(request.headers), body=bytes(body),
    )  # fmt: skip


def _verify(plugin: str, visit: Visit, given: HttpRequest) -> None:
    """Raises Refusal unless the sender's integration says that it is from there."""
    if visit.sender is None:
        return
    integration = visit.sender.integration

    def verify() -> bool:
        try:
            integration.verify(given)
        except AuthFailed:
            return False
        return True

    began = time.perf_counter()
    try:
        is_theirs = attempt(plugin, Stage.RUN, verify)
    except Broken:
        raise broken() from None
    finally:
        # A plain function in the loop of all: whatever its budget is in tests, here it is seen.
        seconds = time.perf_counter() - began
        if seconds > BLOCKED_SECONDS:
            log.warning("plugin.blocked", plugin=plugin, operation="verify", seconds=round(seconds, 3))
    if not is_theirs:
        raise unauthenticated("The signature is not right.")


async def _within(plugin: str, route: Route, call: Call) -> Reply:
    answering = attempt_async(plugin, route.path, lambda: route.handler(call))
    try:
        return await bounded(plugin, route.path, answering, seconds=SECONDS)
    except (TimeoutError, TooMuchHangs) as error:
        raise late() from error
    except Rejected as error:
        raise Refusal(400, "INVALID", error.message) from error
    except (ProviderError, Broken) as error:
        raise broken() from error


def _response(plugin: str, reply: Any) -> Response:
    problem = _problem(reply)
    if problem is not None:
        log.error("plugin.failed", plugin=plugin, stage="route", problem=problem)
        raise broken()
    media_type = reply.media_type if reply.body else None
    return Response(reply.body, reply.status, headers=dict(_HARMLESS), media_type=media_type)


def _problem(reply: Any) -> str | None:
    """What of an answer is not as it was declared: nothing has checked it before."""
    if not isinstance(reply, Reply):
        return f"answers {type(reply).__name__} and no Reply"
    body, status, media_type = map(_as_it_is, (reply.body, reply.status, reply.media_type))
    if not isinstance(body, bytes) or len(body) > BODY_BYTES:
        return f"the body is not bytes, or more than {BODY_BYTES} of them"
    if not isinstance(status, int) or not 200 <= status <= 599:
        return "the status is none"
    if not isinstance(media_type, str) or not (media_type.isascii() and media_type.isprintable()):
        return "the media type is none"
    return None


def _as_it_is(value: object) -> Any:
    return value
