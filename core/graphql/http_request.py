"""From an HTTP message to a GraphQL request: media types, body, members. Whatever the bytes, the outcome is a
`GraphQLRequest` or a `RefusedRequest`; nothing else leaves this module."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.types import Receive

from core.graphql.errors import Code, RefusedRequest
from core.graphql.statuses import GRAPHQL_RESPONSE, JSON, MediaType

_MAX_NESTING = 64
_MAX_URL_PARAMETERS = 50


class ClientGone(Exception):
    """The client hung up before its request was complete; there is nobody to answer."""


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """The members of a request, of the right types. One of `query` and `document_id` is set."""

    query: str | None
    document_id: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)
    extensions: dict[str, Any] = field(default_factory=dict)


def _refuse(message: str, code: str = Code.BAD_REQUEST, **values: object) -> RefusedRequest:
    return RefusedRequest(code, message, values=values)


@lru_cache(maxsize=64)
def negotiate(accept: str | None) -> MediaType | None:
    """The media type of the answer, or None where the client accepts neither of ours."""
    if accept is None or not accept.strip():
        return JSON
    best: tuple[float, int, MediaType] | None = None
    for item in accept.split(","):
        name, quality = media_range(item)
        media_type = _RANGES.get(name)
        if media_type is None or quality <= 0:
            continue
        # A wildcard never outranks a type that is named with the same quality.
        rank = (quality, 0 if "*" in name else 1 if media_type == JSON else 2, media_type)
        best = rank if best is None else max(best, rank)
    return None if best is None else best[2]


_RANGES: dict[str, MediaType] = {
    GRAPHQL_RESPONSE: GRAPHQL_RESPONSE,
    JSON: JSON,
    "application/*": JSON,
    "*/*": JSON,
}


def media_range(item: str) -> tuple[str, float]:
    """The name and the quality of one item of an Accept header."""
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                return name, float(value)
            except ValueError:
                return name, 0.0
    return name, 1.0


@lru_cache(maxsize=64)
def require_json_body(content_type: str | None, content_encoding: str | None) -> None:
    """Refuses every body but UTF-8 JSON sent as it is: forms and uploads cannot be forged across sites then."""
    name, *parameters = (part.strip().lower() for part in (content_type or "").split(";"))
    charsets = [
        value.strip('" ') for key, _, value in (p.partition("=") for p in parameters) if key == "charset"
    ]
    if name != "application/json" or any(charset not in ("utf-8", "utf8") for charset in charsets):
        raise _refuse("Send the request as application/json in UTF-8.", Code.UNSUPPORTED_MEDIA_TYPE)
    if content_encoding and content_encoding.strip().lower() != "identity":
        raise _refuse("Send the body without a content encoding.", Code.UNSUPPORTED_MEDIA_TYPE)


async def read_body(receive: Receive, content_length: str | None, limit: int) -> bytes:
    """The whole body. Raises RefusedRequest over the limit, declared or not, and ClientGone."""
    if content_length is not None and content_length.isdecimal() and int(content_length[:20]) > limit:
        raise _too_large(limit)
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise _too_large(limit)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(limit: int) -> RefusedRequest:
    return RefusedRequest(Code.PAYLOAD_TOO_LARGE, "The body is over {limit} bytes.", limit=limit)


def parse_body(body: bytes) -> GraphQLRequest:
    """The request in a POST body."""
    return request_from(decode_json(body, what="body"))


def parse_query_string(query_string: bytes) -> GraphQLRequest:
    """The request in a URL: `variables` and `extensions` are JSON texts there."""
    try:
        pairs = parse_qsl(
            query_string.decode("ascii"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=_MAX_URL_PARAMETERS,
        )
    except ValueError as error:
        raise _refuse("The URL's parameters cannot be read as UTF-8.") from error
    members: dict[str, Any] = {}
    for name, value in pairs:
        if name in members:
            raise _refuse("The parameter {name} is given twice.", name=f"{name!r:.40}")
        members[name] = value
    for name in ("variables", "extensions"):
        if members.get(name):
            members[name] = decode_json(members[name].encode(), what=name)
        else:
            members.pop(name, None)
    return request_from(members)


def decode_json(text: bytes, *, what: str) -> Any:
    """The value. Raises RefusedRequest for what is no JSON, or nests too deeply."""
    try:
        value = orjson.loads(text)
    except ValueError as error:
        raise _refuse("The {what} is not valid JSON in UTF-8.", what=what) from error
    # Fewer brackets than levels allowed cannot nest too deeply, so most requests are never walked.
    if text.count(b"[") + text.count(b"{") > _MAX_NESTING and _is_deeper_than(value, _MAX_NESTING):
        raise _refuse("The {what} nests deeper than {limit} levels.", what=what, limit=_MAX_NESTING)
    return value


def _is_deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _ in range(levels + 1):
        layer = [
            child
            for parent in layer
            if isinstance(parent, dict | list)
            for child in (parent.values() if isinstance(parent, dict) else parent)
        ]
        if not layer:
            return False
    return True


def request_from(members: Any) -> GraphQLRequest:
    """The request in decoded JSON, whatever carried it. Raises RefusedRequest."""
    if isinstance(members, list):
        raise _refuse(
            "Batches are not supported; send one operation per request.", Code.BATCHING_NOT_SUPPORTED
        )
    if not isinstance(members, dict):
        raise _refuse("The body must be a JSON object.")
    extensions = _object(members, "extensions")
    query = _string(members, "query")
    document_id = _string(members, "documentId") or _apollo_id(extensions)
    if query is not None and not query.strip():
        query = None
    if query is None and document_id is None:
        raise _refuse("The member 'query' (a string) or 'documentId' is required.")
    return GraphQLRequest(
        query=query,
        document_id=document_id,
        operation_name=_string(members, "operationName") or None,
        variables=_object(members, "variables"),
        extensions=extensions,
    )


def _string(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _refuse("The member '{name}' must be a string.", name=name)


def _object(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = members.get(name)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise _refuse("The member '{name}' must be an object.", name=name)


def _apollo_id(extensions: Mapping[str, Any]) -> str | None:
    """Apollo's way to name a registered document; its hash is the same as `sha256:<hex>`."""
    persisted = extensions.get("persistedQuery")
    if persisted is None:
        return None
    if (
        not isinstance(persisted, dict)
        or type(persisted.get("version")) is not int
        or persisted["version"] != 1
    ):
        raise _refuse("extensions.persistedQuery must be an object with version 1.")
    sha256_hash = persisted.get("sha256Hash")
    if not isinstance(sha256_hash, str):
        raise _refuse("extensions.persistedQuery.sha256Hash must be a string.")
    return f"sha256:{sha256_hash.lower()}"
