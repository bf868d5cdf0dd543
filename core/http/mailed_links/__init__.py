"""The pages that mailed links lead to: `/invitation` and `/password-reset`, where one sets a password. They speak
to the API like any other client. Desks with a front end of their own answer these paths themselves.

The secret stands behind `#` in the link, so it never reaches a server but in the mutation that uses it up.
"""

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from html import escape
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Route

from core.http.mailed_links.words import WORDS
from core.kit.i18n import choose_locale

_FOLDER = Path(__file__).parent
_OPERATIONS = {
    "invitation": (
        "mutation Accept($input: InvitationAcceptInput!) {"
        " invitationAccept(input: $input) { userErrors { message path } } }",
        "password",
    ),
    "password-reset": (
        "mutation Reset($input: PasswordResetInput!) { passwordReset(input: $input) { userErrors { message path } } }",
        "newPassword",
    ),
}


def mailed_link_routes() -> list[BaseRoute]:
    """A page for each kind of link."""
    return [Route(f"/{name}", _answer(name), name=name) for name in _OPERATIONS]


def _answer(name: str) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        locale = choose_locale(request.headers.get("accept-language"))
        return HTMLResponse(_page(name, locale), headers=dict(_headers()))

    return answer


@cache
def _part(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


@cache
def _page(name: str, locale: str) -> str:
    operation, field = _OPERATIONS[name]
    values = {**WORDS[locale][name], "lang": locale, "operation": operation, "field": field}
    html = _part("page.html")
    for key, value in values.items():
        html = html.replace("{{" + key + "}}", escape(value))
    return html.replace("{{style}}", _part("page.css")).replace("{{script}}", _part("page.js"))


def _hash(name: str) -> str:
    digest = hashlib.sha256(_part(name).encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


@cache
def _headers() -> Mapping[str, str]:
    policy = (
        f"default-src 'none'; script-src {_hash('page.js')}; style-src {_hash('page.css')}; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cache-Control": "no-store",
        "Vary": "Accept-Language",
    }
