"""What of an exception the client is told. Refusals of ours pass; everything else becomes INTERNAL with a
reference, under which the log has the exception. Documents, variables and results are never logged."""

import logging
import re
import secrets
from collections.abc import Callable, Sequence

from graphql import GraphQLError, GraphQLSchema
from strawberry.exceptions import StrawberryInputCoercionError

from core.extensions.graphql.gate import PluginError
from core.graphql.blaming import plugin_at
from core.graphql.errors import Code, Localise, RefusedRequest, RequestError
from core.graphql.locating import places
from core.graphql.prepared import PreparedOperation
from core.graphql.refusals import MAX_ERRORS
from core.kit.errors import DomainError, Errors
from core.pluginhost.isolation import log_failure

log = logging.getLogger(__name__)

IsUnavailable = Callable[[BaseException], bool]
"""Whether an exception means that the database cannot be reached or takes no more."""

_CODE = re.compile(r"[A-Z][A-Z0-9_]+")
_MAX_CAUSES = 10


def causes(error: BaseException) -> list[BaseException]:
    """The exception and what it was raised from, wrappers of graphql-core opened."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain and len(chain) < _MAX_CAUSES:
        chain.append(current)
        original = current.original_error if isinstance(current, GraphQLError) else None
        current = original or current.__cause__ or current.__context__
    return chain


def error_entries(
    errors: Sequence[GraphQLError],
    schema: GraphQLSchema,
    operation: PreparedOperation,
    locale: str,
    localise: Localise,
) -> list[dict[str, object]]:
    """The entries of `errors` for an executed operation, at most five, each with a code."""
    entries: list[dict[str, object]] = []
    for error in errors[:MAX_ERRORS]:
        told = _told(error, operation, locale, localise) or _hidden(
            error, schema, operation, locale, localise
        )
        message, extensions = told
        entry: dict[str, object] = {"message": message}
        if at := places(error, _original(error)):
            entry["locations"] = at
        if error.path:
            entry["path"] = error.path
        entry["extensions"] = extensions
        entries.append(entry)
    return entries


def _told(
    error: GraphQLError, operation: PreparedOperation, locale: str, localise: Localise
) -> tuple[str, dict[str, object]] | None:
    """What may be told of it; None where nothing may."""
    original = _original(error)
    if isinstance(original, Errors) and original.errors:
        original = original.errors[0]
    if isinstance(original, RequestError):
        return original.told(locale, localise), {"code": original.code, **original.extensions}
    if isinstance(original, DomainError):
        message = localise(original.message, locale)
        return (message.format(**original.values) if original.values else message), {"code": original.code}
    code = getattr(original, "code", None) or (error.extensions or {}).get("code")
    if isinstance(code, str) and _CODE.fullmatch(code):
        extensions = getattr(original, "extensions", None)
        message = _localised(original, locale, localise) or error.message
        return message, {**(extensions if isinstance(extensions, dict) else {}), "code": code}
    if isinstance(original, StrawberryInputCoercionError):
        return str(original.message), {"code": Code.BAD_ARGUMENT}
    # graphql-core coerces a variable's null, or a literal with variables in it, only when the field is
    # executed.
    if isinstance(original, GraphQLError) and original.message.startswith("Argument '"):
        return original.message, {"code": Code.BAD_ARGUMENT}
    return None


def _hidden(
    error: GraphQLError, schema: GraphQLSchema, operation: PreparedOperation, locale: str, localise: Localise
) -> tuple[str, dict[str, object]]:
    """What is told in its place."""
    if plugin := plugin_at(schema, operation, error.path or ()):
        log_failure(plugin, "answer", _original(error))
        failed = PluginError(plugin)
        return _localised(failed, locale, localise) or str(failed), {"code": failed.code, **failed.extensions}
    hidden = masked(_original(error), operation)
    return hidden.told(locale, localise), {"code": hidden.code, **hidden.extensions}


def _localised(error: BaseException, locale: str, localise: Localise) -> str | None:
    """The message of an error that says which values fill it, in the caller's language."""
    message, values = getattr(error, "message", None), getattr(error, "values", None)
    if not isinstance(message, str) or not isinstance(values, dict):
        return None
    said = localise(message, locale)
    return said.format(**values) if values else said


def _original(error: GraphQLError) -> BaseException:
    original: BaseException = error
    while isinstance(original, GraphQLError) and original.original_error is not None:
        original = original.original_error
    return original


def masked(error: BaseException, operation: PreparedOperation | None) -> RefusedRequest:
    """Log the exception under a new reference, and return what the client is told instead."""
    reference = secrets.token_hex(6)
    # A GraphQLError prints the document's lines; its class and a traceback without it must do.
    is_printable = not any(isinstance(cause, GraphQLError) for cause in causes(error))
    log.error(
        "graphql.internal_error",
        exc_info=error if is_printable else None,
        extra={
            "reference": reference,
            "exception": type(error).__name__,
            "operation": operation.log_name if operation else None,
            "document": operation.document.hash if operation else None,
        },
    )
    return RefusedRequest(
        Code.INTERNAL, "An internal error occurred. Reference: {reference}", reference=reference
    )
