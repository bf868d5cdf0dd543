"""What comes of a document that may be executed.

Nothing here leads back to itself, so a document that the cache drops is freed at that moment: a web process rarely
searches for garbage.
"""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from graphql import DocumentNode, FragmentDefinitionNode, OperationDefinitionNode, OperationType
from graphql.execution.collect_fields import FragmentDetails

from core.graphql.errors import Code, RefusedRequest
from core.graphql.guard import OperationAnalysis

_LOGGED_NAME_LENGTH = 100


@dataclass(slots=True)
class ParsedDocument:
    """A text and its nodes: what its operations share."""

    text: str
    node: DocumentNode
    fragments: dict[str, FragmentDetails] = field(init=False)
    fragment_definitions: dict[str, FragmentDefinitionNode] = field(init=False)
    _hash: str | None = None

    def __post_init__(self) -> None:
        self.fragment_definitions = {
            each.name.value: each
            for each in self.node.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        self.fragments = {name: FragmentDetails(each) for name, each in self.fragment_definitions.items()}

    @property
    def hash(self) -> str:
        """The text's SHA-256: names the document in logs, where its text may not appear."""
        if self._hash is None:
            self._hash = document_hash(self.text)
        return self._hash


@dataclass(slots=True)
class PreparedOperation:
    """One operation of a prepared document. `plans` is where executors keep what they derived from it."""

    node: OperationDefinitionNode
    analysis: OperationAnalysis
    document: ParsedDocument
    plans: dict[Any, Any] = field(default_factory=dict)

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    @property
    def kind(self) -> OperationType:
        return self.node.operation

    @property
    def log_name(self) -> str | None:
        """The name, short enough for a log line: a client may choose one of any length."""
        return self.name[:_LOGGED_NAME_LENGTH] if self.name else None


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A parsed, validated and measured document."""

    text: str
    operations: list[PreparedOperation]

    def operation(self, name: str | None) -> PreparedOperation:
        """The operation of this name, or the only one. Raises RefusedRequest."""
        if name is None:
            if len(self.operations) != 1:
                raise RefusedRequest(
                    Code.OPERATION_NAME_REQUIRED,
                    "The document has several operations; name one in 'operationName'.",
                )
            return self.operations[0]
        for operation in self.operations:
            if operation.name == name:
                return operation
        raise RefusedRequest(Code.OPERATION_NOT_FOUND, "The document has no operation of this name.")


def document_hash(text: str) -> str:
    """SHA-256 of a document's text, in hex."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
