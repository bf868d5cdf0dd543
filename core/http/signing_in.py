"""Where browsers bring what somebody else says of them:

    GET  /sign-in/<method>     with the proof in the address, or with none to be sent to the other side first
    POST /sign-in/<method>     with the proof in a form

Whoever is let in gets the session cookie, and goes on to `return_to`.
"""

from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from core.extensions.service import Tools
from core.identity.cookies import session_cookie
from core.identity.errors import NoHelpdeskHere, TooManyAttempts
from core.identity.visitors import Visitor
from core.kit.errors import DomainError
from core.kit.i18n import choose_locale, translate
from core.kit.ids import key_of
from core.runtime import Runtime
from core.sdk import Credentials
from core.signon.errors import SignInRefused, SignInUnavailable
from core.signon.service import enter, way_out
from core.tenants.queries import tenant_at

MOST_BYTES = 16 * 1024
MOST_FIELDS = 40
RETURN_TO = "return_to"
_STATUS: dict[type[DomainError], int] = {
    NoHelpdeskHere: 404, SignInRefused: 403, SignInUnavailable: 503, TooManyAttempts: 429,
}  # fmt: skip
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",  # the proof may stand in the address
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def sign_in_routes(runtime: Runtime) -> list[BaseRoute]:
    """The one route of all methods."""
    return [Route("/sign-in/{id}", _SignIn(runtime).answer, methods=["GET", "POST"], name="sign-in")]


class _SignIn:
    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def answer(self, request: Request) -> Response:
        locale = choose_locale(request.headers.get("accept-language"))
        try:
            return await self._answer(request)
        except DomainError as error:
            message = translate(error.message, locale).format(**error.values)
            return PlainTextResponse(message, _STATUS.get(type(error), 400), headers=_HEADERS)

    async def _answer(self, request: Request) -> Response:
        host = request.headers.get("host", "")
        tenant = await tenant_at(
            host, base_domain=self._runtime.base_domain, multi_tenant=self._runtime.multi_tenant
        )
        agent = request.headers.get("user-agent")
        visitor = Visitor(tenant["id"] if tenant else None, request.client and request.client.host, agent)
        method_id = key_of(request.path_params["id"], "sim")
        fields = await _fields(request)
        if method_id is None or fields is None:
            raise SignInRefused
        return_to = self._safe(fields.pop(RETURN_TO, ""), host)
        tools = Tools(
            self._runtime.plugins, self._runtime.sealer, self._runtime.outgoing, self._runtime.plugin_calls
        )
        if not fields:
            out = await way_out(visitor, method_id, return_to, tools)
            return RedirectResponse(out, 303, headers=_HEADERS)
        lifetime = self._runtime.session_lifetime
        issued = await enter(visitor, method_id, Credentials(fields), tools, lifetime=lifetime)
        answer = RedirectResponse(return_to, 303, headers=_HEADERS)
        answer.headers.append("Set-Cookie", session_cookie(issued.secret, lifetime))
        return answer

    def _safe(self, wanted: str, host: str) -> str:
        """Where to go on: a path of this host, or an address of the installation's own; else the front page."""
        if any(each <= " " or each in "\\\x7f" for each in wanted):
            return "/"
        if wanted.startswith("/") and not wanted.startswith("//"):
            return wanted
        try:
            asked, own = urlsplit(wanted), urlsplit(self._runtime.base_url)
        except ValueError:
            return "/"
        if asked.scheme == own.scheme and asked.netloc in (own.netloc, host) and asked.netloc:
            return wanted
        return "/"


async def _fields(request: Request) -> dict[str, str] | None:
    """What was sent, each field once; None for what is too much, doubled, or no form."""
    if request.method != "POST":
        text = request.url.query
    else:
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                return None
        if media != "application/x-www-form-urlencoded":
            return None
        text = body.decode("latin-1")
    if len(text) > MOST_BYTES:
        return None
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    fields = dict(pairs)
    return fields if len(fields) == len(pairs) else None
