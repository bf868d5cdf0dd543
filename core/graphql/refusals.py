"""graphql-core's own request errors as refusals."""

from graphql import GraphQLError

from core.graphql.errors import Code, RefusedRequest

MAX_ERRORS = 5


def refusal_of(code: Code, errors: list[GraphQLError]) -> RefusedRequest:
    """The errors as one refusal, each with the code, at most five."""
    return RefusedRequest(
        code,
        errors[0].message,
        errors=[_entry(code, error) for error in errors[:MAX_ERRORS]],
    )


def _entry(code: Code, error: GraphQLError) -> dict[str, object]:
    entry: dict[str, object] = {"message": error.message}
    if error.locations:
        entry["locations"] = [{"line": at.line, "column": at.column} for at in error.locations[:MAX_ERRORS]]
    entry["extensions"] = {"code": code}
    return entry
