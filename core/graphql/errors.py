"""The codes of top-level errors, and the exceptions that carry them.

Only what is no expected outcome of a use case is a top-level error: the request, the credential, a limit, a
fault of ours. Everything a person can act on is data (`userErrors`). Codes never change and are never
localised.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum


class Code(StrEnum):
    """Every code the edge itself answers with, in `errors[].extensions.code`."""

    BAD_REQUEST = "BAD_REQUEST"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    REQUEST_TIMEOUT = "REQUEST_TIMEOUT"
    PAYLOAD_TOO_LARGE = "PAYLOAD_TOO_LARGE"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    CSRF = "CSRF"
    RATE_LIMITED = "RATE_LIMITED"
    UNAVAILABLE = "UNAVAILABLE"
    INTERNAL = "INTERNAL"
    TIMEOUT = "TIMEOUT"
    ANSWER_TOO_LARGE = "ANSWER_TOO_LARGE"
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


Localise = Callable[[str, str], str]
"""A message, its `{placeholders}` unfilled, in a locale."""


def in_english(message: str, _locale: str) -> str:
    """The message as it was written."""
    return message


class RequestError(Exception):
    """A top-level error the client is told as it is. Resolvers may raise it. The message is English and the key of its
    translations; `values` and `extensions` fill its `{placeholders}`, and `extensions` go beside the code."""

    def __init__(
        self, code: str, message: str, *, values: Mapping[str, object] | None = None, **extensions: object
    ) -> None:
        self.code = str(code)
        self.template = message
        self.values = {**extensions, **(values or {})}
        self.extensions = extensions
        self.message = self.told("en", in_english)
        super().__init__(self.message)

    def told(self, locale: str, localise: Localise) -> str:
        """The message in this locale."""
        said = localise(self.template, locale)
        return said.format(**self.values) if self.values else said

    def entries(self, locale: str = "en", localise: Localise = in_english) -> list[dict[str, object]]:
        """The entries of `errors` that tell this error."""
        extensions = {"code": self.code, **self.extensions}
        return [{"message": self.told(locale, localise), "extensions": extensions}]


class AuthenticationFailed(RequestError):
    """The credential is missing where one is needed, wrong, expired or revoked: HTTP 401."""


class RefusedRequest(RequestError):
    """The edge answers this instead of executing. Carries headers where they are needed, the place in the document
    (`line`, `column`) where there is one, and several errors where they are worded already."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        values: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        errors: list[dict[str, object]] | None = None,
        at: Mapping[str, int] | None = None,
        **extensions: object,
    ) -> None:
        super().__init__(code, message, values=values, **extensions)
        self._at = at
        self.headers = dict(headers or {})
        self._errors = errors

    def entries(self, locale: str = "en", localise: Localise = in_english) -> list[dict[str, object]]:
        if self._errors:
            return self._errors
        place = {"locations": [self._at]} if self._at else {}
        return [{**each, **place} for each in super().entries(locale, localise)]
