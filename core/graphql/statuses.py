"""Which HTTP status answers which outcome: one table, two profiles.

`audit` is what clients in use expect and the graphql-http audit suite checks: a well-formed request whose
document is refused is 200 for clients that accept only `application/json`, 400 for those that know
`application/graphql-response+json`. `draft` follows the newer text of the specification: the same status for
both, 422 for what is well-formed but cannot be executed, 294 for partial data.
"""

from typing import Literal

from core.graphql.errors import Code

StatusProfile = Literal["audit", "draft"]
MediaType = Literal["application/json", "application/graphql-response+json"]

JSON: MediaType = "application/json"
GRAPHQL_RESPONSE: MediaType = "application/graphql-response+json"

_SUCCESS = 200
_PARTIAL_IN_DRAFT = 294

_SAME_FOR_ALL: dict[str, int] = {
    Code.BAD_REQUEST: 400,
    Code.BATCHING_NOT_SUPPORTED: 400,
    Code.UNAUTHENTICATED: 401,
    Code.CSRF: 403,
    Code.DOCUMENT_NOT_TRUSTED: 403,
    Code.METHOD_NOT_ALLOWED: 405,
    Code.NOT_ACCEPTABLE: 406,
    Code.REQUEST_TIMEOUT: 408,
    Code.PAYLOAD_TOO_LARGE: 413,
    Code.UNSUPPORTED_MEDIA_TYPE: 415,
    Code.RATE_LIMITED: 429,
    Code.TOO_MANY_STREAMS: 429,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.GOING_AWAY: 503,
    Code.TIMEOUT: 200,
    Code.ANSWER_TOO_LARGE: 200,
}
_DRAFT: dict[str, int] = {
    Code.SYNTAX_ERROR: 400,
    Code.DOCUMENT_TOO_LARGE: 413,
    Code.TIMEOUT: 504,
}


def refusal_status(code: str, media_type: MediaType, profile: StatusProfile) -> int:
    """The status of an answer that holds errors only."""
    if profile == "draft" and code in _DRAFT:
        return _DRAFT[code]
    if code in _SAME_FOR_ALL:
        return _SAME_FOR_ALL[code]
    if profile == "draft":
        return 422
    return 200 if media_type == JSON else 400


def execution_status(*, has_errors: bool, profile: StatusProfile) -> int:
    """The status of an answer that holds data."""
    return _PARTIAL_IN_DRAFT if has_errors and profile == "draft" else _SUCCESS
