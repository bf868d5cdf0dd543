"""The tables of error codes: those of the request as a whole, those of user errors, and those of /files."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from core.extensions.graphql.gate import PluginError
from core.graphql.errors import Code
from core.graphql.statuses import GRAPHQL_RESPONSE, JSON, refusal_status
from core.http.files import _ANSWERS as FILE_ANSWERS
from core.kit.errors import DomainError
from core.kit.graph import NotPermitted, Unauthenticated, UserErrorCode
from docs._build.markdown import code, table
from docs._build.meanings import MEANINGS
from docs._build.pages import ROOT


class NoMeaning(LookupError):
    """A code that the documentation does not explain."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The error code {name} has no meaning in docs/_build/meanings.py; write one.")


def raised_in(folder: Path) -> set[str]:
    """The codes of `BadArgument("CODE", …)` in the sources below a folder."""
    trees = (ast.parse(path.read_text(encoding="utf-8")) for path in folder.rglob("*.py"))
    return {found for tree in trees for found in _raised(tree)}


def _raised(tree: ast.AST) -> Iterator[str]:
    for each in ast.walk(tree):
        match each:
            case ast.Call(func=ast.Name(id="BadArgument"), args=[ast.Constant(value=str(name)), *_]):
                yield name


def edge_codes() -> list[str]:
    """Every code of a top-level error: those of the edge, then those of resolvers."""
    edge = [str(each) for each in Code]
    resolvers = {Unauthenticated.code, NotPermitted.code, PluginError.code, *raised_in(ROOT / "core")}
    return [*edge, *sorted(resolvers - set(edge))]


def edge_code_table() -> str:
    return table(
        ("Code", "Status", "Status with `graphql-response+json`", "Status, `draft`", "Meaning"),
        [(code(name), *_statuses(name), meaning_of(name)) for name in edge_codes()],
    )


def meaning_of(name: str) -> str:
    """Raises NoMeaning."""
    try:
        return MEANINGS[name]
    except KeyError as error:
        raise NoMeaning(name) from error


def _statuses(name: str) -> tuple[str, str, str]:
    if name not in Code.__members__:  # told beside data, by a resolver
        return "200", "200", "294"
    audit = (refusal_status(name, media_type, "audit") for media_type in (JSON, GRAPHQL_RESPONSE))
    first, second = audit
    return str(first), str(second), str(refusal_status(name, GRAPHQL_RESPONSE, "draft"))


def user_error_table() -> str:
    definition = UserErrorCode.__strawberry_definition__  # type: ignore[attr-defined]
    return table(
        ("Code", "Meaning"), [(code(each.name), each.description or "") for each in definition.values]
    )


def refusals() -> list[type[DomainError]]:
    """Every refusal of the API with words of its own, by domain and name. Those of the command line alone are
    elsewhere, and told there."""
    homes = {f"core.{path.parent.name}.errors" for path in (ROOT / "core").glob("*/errors.py")}
    for home in homes:
        import_module(home)
    homes |= {"core.kit.graph.mutations"}
    found = {each for each in _below(DomainError) if each.__module__ in homes}
    return sorted(found, key=lambda each: (_domain(each), each.__name__))


def _below(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for each in base.__subclasses__():
        yield each
        yield from _below(each)


def _domain(refusal: type[DomainError]) -> str:
    return refusal.__module__.split(".")[1]


def refusal_table() -> str:
    return table(
        ("Domain", "Code", "Message"),
        [(_domain(each), code(each.code), each.message) for each in refusals()],
    )


def file_code_table() -> str:
    statuses = {(status, name) for status, name in FILE_ANSWERS.values()} | {(503, "UNAVAILABLE")}
    return table(("Status", "Code"), [(str(status), code(name)) for status, name in sorted(statuses)])
