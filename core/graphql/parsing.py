"""From a document's text to its nodes."""

from graphql import DocumentNode, GraphQLError, GraphQLSyntaxError, parse
from graphql.language import Token

from core.graphql.errors import Code
from core.graphql.refusals import refusal_of

_MAX_COMMENTS = 1000


def parse_document(text: str, *, max_tokens: int) -> DocumentNode:
    """The text's nodes, each with its place in the text. Raises RefusedRequest."""
    try:
        node = parse(text, max_tokens=max_tokens, max_comments=_MAX_COMMENTS)
    except GraphQLSyntaxError as error:
        if error.message.endswith("Parsing aborted."):
            raise refusal_of(Code.DOCUMENT_TOO_LARGE, [error]) from error
        raise refusal_of(Code.SYNTAX_ERROR, [error]) from error
    except GraphQLError as error:  # Nested too deeply to be parsed.
        raise refusal_of(Code.SYNTAX_ERROR, [error]) from error
    _unlink(node)
    return node


def _unlink(node: DocumentNode) -> None:
    """Forget which token follows which: nobody asks after parsing, and the two links of each make a ring of the whole
    document, which only a search for garbage could free."""
    token: Token | None = node.loc.start_token if node.loc else None
    while token is not None:
        following = token.next
        token.prev = token.next = None
        token = following
