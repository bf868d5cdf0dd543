"""Browsers: which web pages may call the API, and how a forged request is told from a wanted one."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from core.graphql.errors import Code, RefusedRequest

GUARD_HEADER = "x-deskgraph-request"
"""A page of another site cannot set this header without a preflight, which only allowed origins pass."""

_ALLOWED_METHODS = "GET, POST, OPTIONS"
_ALLOWED_HEADERS = (
    "Accept, Accept-Language, Apollo-Require-Preflight, Authorization, Content-Type, Last-Event-ID, "
    "X-Apollo-Operation-Name, X-Deskgraph-Request, X-Request-Id"
)
_EXPOSED_HEADERS = "Retry-After, WWW-Authenticate, X-Request-Id"
_PREFLIGHT_SECONDS = "600"


class Origins:
    """The allowed origins. `*` lets pages of every origin call, but never with credentials of the browser."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._any = "*" in allowed
        self._named = frozenset(origin.rstrip("/").lower() for origin in allowed if origin != "*")

    @property
    def vary(self) -> str:
        """What answers depend on."""
        return "Accept, Origin" if self._any or self._named else "Accept"

    def response_headers(self, origin: str | None) -> dict[str, str]:
        """The headers that let a page of this origin read the answer; none where it may not."""
        if origin is None:
            return {}
        if origin.lower() in self._named:
            return {
                "Access-Control-Allow-Origin": origin,
                "Access-Control-Allow-Credentials": "true",
                "Access-Control-Expose-Headers": _EXPOSED_HEADERS,
            }
        if self._any:
            return {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": _EXPOSED_HEADERS}
        return {}

    def preflight_headers(self, origin: str | None) -> dict[str, str]:
        """The answer to a browser that asks before it sends."""
        allowed = self.response_headers(origin)
        if not allowed:
            return {}
        del allowed["Access-Control-Expose-Headers"]
        return allowed | {
            "Access-Control-Allow-Methods": _ALLOWED_METHODS,
            "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }

    def require_unforged(self, headers: Headers) -> None:
        """For credentials a browser attaches by itself: raises RefusedRequest unless a page of ours sent
        this."""
        if not headers.get(GUARD_HEADER, "").strip():
            raise RefusedRequest(
                Code.CSRF, "Requests of a browser session need the header X-Deskgraph-Request."
            )
        self.require_own_page(headers)

    def require_own_page(self, headers: Headers) -> None:
        """For sockets and event sources, whose headers no script can set: raises RefusedRequest where the page
        is not ours."""
        if not self._is_from_a_page_of_ours(headers):
            if "origin" not in headers:
                raise RefusedRequest(
                    Code.CSRF,
                    "This request uses a browser session and does not say which page sent it: send Origin,"
                    " or a token as `Authorization: Bearer …` in place of the session.",
                )
            raise RefusedRequest(Code.CSRF, "Pages of this origin may not use the browser session.")

    def lets_connect(self, headers: Headers) -> bool:
        """Whether a page of this origin may open a socket. Programs that are no browser name no origin."""
        return "origin" not in headers or self._any or self._is_from_a_page_of_ours(headers)

    def _is_from_a_page_of_ours(self, headers: Headers) -> bool:
        if headers.get("sec-fetch-site") == "same-origin":
            return True
        origin = headers.get("origin", "").lower()
        if origin in self._named:
            return True
        # Older browsers send no Sec-Fetch-Site; then Origin must name the host that was asked. The scheme
        # is left out: behind a proxy that ends TLS it is not known here.
        return (
            "sec-fetch-site" not in headers
            and origin != ""
            and urlsplit(origin).netloc == headers.get("host", "")
        )
