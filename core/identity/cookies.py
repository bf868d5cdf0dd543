"""The session cookie of browsers."""

from datetime import timedelta

COOKIE = "__Host-deskgraph"
"""The prefix makes browsers refuse it from subdomains and over plain HTTP."""

_ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax"


def session_cookie(secret: str, lifetime: timedelta) -> str:
    """The Set-Cookie value that begins a browser session. Scripts never see the token."""
    return f"{COOKIE}={secret}; Max-Age={int(lifetime.total_seconds())}; {_ATTRIBUTES}"


def no_cookie() -> str:
    """The Set-Cookie value that ends it."""
    return f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}"
