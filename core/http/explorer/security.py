"""What the browser is told about the explorer's pages: our own files only, never in a frame."""

from collections.abc import Mapping
from types import MappingProxyType

_EVERYWHERE = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

# Our page builds its document node by node, so it can promise trusted types: no string ever becomes markup.
OWN_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    f"require-trusted-types-for 'script'; {_EVERYWHERE}"
)

# GraphiQL's editor writes style elements and embeds its icon font as data.
GRAPHIQL_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
    f"img-src 'self' data:; font-src 'self' data:; connect-src 'self'; {_EVERYWHERE}"
)


def page_headers(policy: str) -> Mapping[str, str]:
    """The headers of a page, or of a file of a page, under that content security policy."""
    return MappingProxyType(
        {
            "Content-Security-Policy": policy,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
        }
    )
