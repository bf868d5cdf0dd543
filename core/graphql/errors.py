"""The codes of top-level errors, and the exceptions that carry them.

Only what is no expected outcome of a use case is a top-level error: the request, the credential, a limit, a
fault of ours. Everything a person can act on is data (`userErrors`). Codes never change and are never
localised.
"""

from collections.abc import Mapping
from enum import StrEnum


class Code(StrEnum):
    """Every code the edge itself answers with, in `errors[].extensions.code`."""

    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    CSRF = "CSRF"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"
    TIMEOUT = "TIMEOUT"
    BATCHING_NOT_SUPPORTED = "BATCHING_NOT_SUPPORTED"
    PERSISTED_QUERY_NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
    DOCUMENT_NOT_TRUSTED = "DOCUMENT_NOT_TRUSTED"
    DOCUMENT_TOO_LARGE = "DOCUMENT_TOO_LARGE"
    SYNTAX_ERROR = "SYNTAX_ERROR"
    VALIDATION_FAILED = "VALIDATION_FAILED"
    OPERATION_NAME_REQUIRED = "OPERATION_NAME_REQUIRED"
    OPERATION_NOT_FOUND = "OPERATION_NOT_FOUND"
    SUBSCRIPTION_NOT_SUPPORTED = "SUBSCRIPTION_NOT_SUPPORTED"
    BAD_VARIABLES = "BAD_VARIABLES"
    BAD_ARGUMENT = "BAD_ARGUMENT"
    TOO_MANY_OPERATIONS = "TOO_MANY_OPERATIONS"
    TOO_MANY_ROOT_FIELDS = "TOO_MANY_ROOT_FIELDS"
    TOO_MANY_MUTATIONS = "TOO_MANY_MUTATIONS"
    TOO_MANY_ALIASES = "TOO_MANY_ALIASES"
    TOO_DEEP = "TOO_DEEP"
    TOO_COSTLY = "TOO_COSTLY"
    TOO_MANY_STREAMS = "TOO_MANY_STREAMS"
    RIGHTS_CHANGED = "RIGHTS_CHANGED"
    GOING_AWAY = "GOING_AWAY"


class RequestError(Exception):
    """A top-level error the client is told as it is. Resolvers may raise it; `extensions` go beside the
    code."""

    def __init__(self, code: str, message: str, **extensions: object) -> None:
        super().__init__(message)
        self.code = str(code)
        self.message = message
        self.extensions = extensions


class AuthenticationFailed(RequestError):
    """The credential is missing where one is needed, wrong, expired or revoked: HTTP 401."""


class RefusedRequest(RequestError):
    """The edge answers this instead of executing. Carries several errors, or headers, where one is not
    enough."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, object]] | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(code, message, **extensions)
        self.headers = dict(headers or {})
        self.errors = errors or [error_entry(self)]


def error_entry(error: RequestError) -> dict[str, object]:
    """The entry of `errors` that tells this error."""
    return {"message": error.message, "extensions": {"code": error.code, **error.extensions}}
