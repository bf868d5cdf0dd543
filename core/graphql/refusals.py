"""What graphql-core says about a document or its variables, as refusals of ours: each error with a code, its place, and
a sentence in the caller's language before graphql-core's own words, which are English."""

from collections.abc import Sequence

from graphql import GraphQLError

from core.graphql.errors import Code, Localise, RefusedRequest, in_english

MAX_ERRORS = 5
_SAID = {
    Code.DOCUMENT_TOO_LARGE: "The document is too large: {detail}",
    Code.SYNTAX_ERROR: "The document is not GraphQL: {detail}",
    Code.VALIDATION_FAILED: "The document does not fit the schema: {detail}",
    Code.BAD_VARIABLES: "The variables cannot be used: {detail}",
}


class RefusedByCore(RefusedRequest):
    """Errors that graphql-core worded. `detail` is what it says of the first."""

    def __init__(self, code: Code, errors: Sequence[GraphQLError]) -> None:
        self.detail = _detail(errors[0])
        self.found = errors[:MAX_ERRORS]
        super().__init__(code, _SAID[code], values={"detail": self.detail})

    def entries(self, locale: str = "en", localise: Localise = in_english) -> list[dict[str, object]]:
        said = localise(self.template, locale)
        return [self._entry(said, error) for error in self.found]

    def _entry(self, said: str, error: GraphQLError) -> dict[str, object]:
        entry: dict[str, object] = {"message": said.format(detail=_detail(error))}
        if places := places_of(error):
            entry["locations"] = places
        return {**entry, "extensions": {"code": self.code}}


def places_of(error: GraphQLError) -> list[dict[str, int]]:
    """Line and column of what it is about, at most five."""
    return [{"line": at.line, "column": at.column} for at in (error.locations or ())[:MAX_ERRORS]]


def _detail(error: GraphQLError) -> str:
    return error.message.removeprefix("Syntax Error: ")
