"""Documents: from text or a registered id to something that may be executed.

A text is parsed, validated and measured once; what comes out is kept in a cache bounded in number and in
bytes. Trusted documents are prepared at start and never leave. HTTP is not known here: subscriptions,
webhooks and tools prepare their documents the same way.
"""

from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path

import orjson
from graphql import DocumentNode, GraphQLSchema, validate

from core.graphql.caller import DocumentMode
from core.graphql.errors import Code, RefusedRequest
from core.graphql.guard import GuardLimits, analyse, introspection_price, require_few_operations
from core.graphql.parsing import parse_document
from core.graphql.prepared import ParsedDocument, PreparedDocument, PreparedOperation, document_hash
from core.graphql.refusals import MAX_ERRORS, refusal_of
from core.graphql.validation import rules, teach_one_of

_LARGEST_CACHED_SHARE = 10
"""One document may take this fraction of the cache's bytes; a larger one is prepared each time."""


class BadTrustedDocuments(ValueError):
    """The registry of trusted documents cannot be used; lists every problem in it."""


class Documents:
    """Prepares documents for one schema, and remembers them."""

    def __init__(
        self,
        schema: GraphQLSchema,
        limits: GuardLimits,
        *,
        trusted: Mapping[str, str],
        introspection: bool,
        max_tokens: int,
        max_document_bytes: int,
        cached_documents: int,
        cached_bytes: int,
    ) -> None:
        teach_one_of(schema)
        self._schema = schema
        self._limits = limits
        self._introspection_price = introspection_price(schema)
        self._hide_suggestions = not introspection
        self._rules = rules(introspection=introspection)
        self._max_tokens = max_tokens
        self._max_document_bytes = max_document_bytes
        self._cache: OrderedDict[str, PreparedDocument] = OrderedDict()
        self._cached_documents = cached_documents
        self._cached_bytes = cached_bytes
        self._bytes = 0
        self._trusted_by_id: dict[str, PreparedDocument] = {}
        self._trusted_by_text: dict[str, PreparedDocument] = {}
        self._register(trusted)

    @property
    def cached(self) -> tuple[int, int]:
        """How many documents the cache holds, and the bytes of their texts."""
        return len(self._cache), self._bytes

    def known(
        self, query: str | None, document_id: str | None, mode: DocumentMode
    ) -> PreparedDocument | None:
        """The prepared document, where nothing has to be parsed for it; else None, and `prepare` may be
        tried.

        Raises RefusedRequest for an id nobody registered or of another text than the one beside it, and for a text
        outside the registry from a caller who may send registered documents only.
        """
        if document_id is not None:
            trusted = self._trusted_by_id.get(document_id)
            _require_same(document_id, query, trusted)
            if trusted is not None:
                return trusted
            if query is None:
                raise RefusedRequest(Code.PERSISTED_QUERY_NOT_FOUND, "PersistedQueryNotFound")
        assert query is not None
        trusted = self._trusted_by_text.get(query)
        if trusted is not None:
            return trusted
        if mode == "trusted":
            raise RefusedRequest(Code.DOCUMENT_NOT_TRUSTED, "Only registered documents are accepted.")
        prepared = self._cache.get(query)
        if prepared is not None:
            self._cache.move_to_end(query)
        return prepared

    def prepare(self, text: str) -> PreparedDocument:
        """Parse, validate and measure a text, and keep the result. Raises RefusedRequest."""
        prepared = self._prepare(text)
        self._keep(text, prepared)
        return prepared

    def _prepare(self, text: str) -> PreparedDocument:
        node = self._parse(text)
        require_few_operations(node, self._limits)
        errors = validate(
            self._schema, node, self._rules, max_errors=MAX_ERRORS, hide_suggestions=self._hide_suggestions
        )
        if errors:
            raise refusal_of(Code.VALIDATION_FAILED, errors)
        measured = analyse(self._schema, node, self._limits, introspection_price=self._introspection_price)
        parsed = ParsedDocument(text, node)
        operations = [PreparedOperation(node, analysis, parsed) for node, analysis in measured]
        return PreparedDocument(text, operations)

    def _parse(self, text: str) -> DocumentNode:
        if len(text) > self._max_document_bytes:
            raise RefusedRequest(
                Code.DOCUMENT_TOO_LARGE,
                "The document is over {limit} characters.",
                limit=self._max_document_bytes,
            )
        return parse_document(text, max_tokens=self._max_tokens)

    def _keep(self, text: str, prepared: PreparedDocument) -> None:
        size = len(text)
        if size * _LARGEST_CACHED_SHARE > self._cached_bytes or text in self._cache:
            return
        self._cache[text] = prepared
        self._bytes += size
        while len(self._cache) > self._cached_documents or self._bytes > self._cached_bytes:
            oldest, _ = self._cache.popitem(last=False)
            self._bytes -= len(oldest)

    def _register(self, trusted: Mapping[str, str]) -> None:
        problems = []
        for key, text in trusted.items():
            document_id, problem = _trusted_id(key, text)
            try:
                prepared = self._trusted_by_text.get(text) or self._prepare(text)
                for operation in prepared.operations:
                    operation.analysis.check(self._limits)
            except RefusedRequest as error:
                problem = error.entries()[0]["message"]
            else:
                self._trusted_by_id[document_id] = self._trusted_by_text[text] = prepared
            if problem:
                problems.append(f"{key}: {problem}")
        if problems:
            raise BadTrustedDocuments("; ".join(problems))


def load_trusted_documents(path: Path) -> dict[str, str]:
    """The registry in a JSON file: an object of id to text. Raises BadTrustedDocuments."""
    try:
        registry = orjson.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise BadTrustedDocuments(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(registry, dict) or not all(isinstance(text, str) for text in registry.values()):
        raise BadTrustedDocuments(f"{path} must hold one JSON object, of ids to document texts.")
    return registry


def _trusted_id(key: str, text: str) -> tuple[str, object]:
    """The id that clients send for a registry key, and what is wrong with it. A bare hash is taken as
    SHA-256."""
    is_bare_hash = len(key) == 64 and all(digit in "0123456789abcdef" for digit in key)
    document_id = f"sha256:{key}" if is_bare_hash else key
    if document_id.startswith("sha256:") and document_id != f"sha256:{document_hash(text)}":
        return document_id, "the text has another SHA-256"
    return document_id, None


def _require_same(document_id: str, query: str | None, registered: PreparedDocument | None) -> None:
    """Refuses a text beside the id of another: which of the two was meant, nobody can tell."""
    if query is None:
        return
    is_other = registered is not None and registered.text != query
    if is_other or (document_id.startswith("sha256:") and document_id != f"sha256:{document_hash(query)}"):
        raise RefusedRequest(
            Code.BAD_REQUEST, "The id is not that of the document in 'query'; send one of the two."
        )
