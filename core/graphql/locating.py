"""Where in its document an error of a field lies: at the argument that is at fault where one is, else at the field."""

from graphql import FieldNode, GraphQLError, get_location
from graphql.language import Node

from core.graphql.refusals import MAX_ERRORS, places_of
from core.kit.graph.request import BadArgument

_AT_FAULT = {
    "BAD_FILTER": ("filter", "types"),
    "BAD_ORDER": ("orderBy",),
    "BAD_CURSOR": ("after", "before"),
    "BAD_PAGE": ("first", "last", "before", "ids"),
}
"""The arguments that a code speaks of. An error that names one, as `name`, means that alone."""


def places(error: GraphQLError, original: BaseException) -> list[dict[str, int]]:
    """Line and column of each place, at most five."""
    code = getattr(original, "code", None)
    names = _AT_FAULT.get(code, ()) if isinstance(code, str) else ()
    if isinstance(original, BadArgument) and "name" in original.values:
        names = (str(original.values["name"]),)
    given = [
        argument
        for node in error.nodes or ()
        if isinstance(node, FieldNode)
        for argument in node.arguments or ()
        if argument.name.value in names
    ]
    return [each for each in map(place_of, given[:MAX_ERRORS]) if each is not None] or places_of(error)


def place_of(node: Node) -> dict[str, int] | None:
    """Line and column of the beginning of a node; None for one without a source."""
    if node.loc is None:
        return None
    at = get_location(node.loc.source, node.loc.start)
    return {"line": at.line, "column": at.column}
