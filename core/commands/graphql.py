"""`graphql`: how documents are read."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TextIO

import click

from core.commands.places import TextType
from core.commands.printing import json_option

if TYPE_CHECKING:
    from core.graphql.compiled.explaining import ExplainedField


@click.group()
def graphql() -> None:
    """See how documents are read."""


def _variables(_ctx: Any, _option: Any, value: str | None) -> dict[str, Any]:
    try:
        found = json.loads(value or "{}")
    except ValueError as error:
        raise click.BadParameter(f"This is not JSON: {error}") from error
    if not isinstance(found, dict):
        raise click.BadParameter("Variables are a JSON object.")
    return found


@graphql.command()
@click.argument("file", type=TextType())
@click.option("--tenant", required=True, help="The tenant's slug.")
@click.option("--user", help="Address of the person who asks.")
@click.option("--token", help="Name of the API token that asks, where no person does.")
@click.option("--variables", callback=_variables, help="The variables, a JSON object.")
@click.option("--operation", help="Name of the operation, where the document has several.")
@click.option("--analyze", is_flag=True, help="Run the statements too, and show what they really cost.")
@json_option
def explain(
    file: TextIO,
    tenant: str,
    user: str | None,
    token: str | None,
    variables: dict[str, Any],
    operation: str | None,
    analyze: bool,
    as_json: bool,
) -> None:
    """Show how the query in FILE (- for standard input) is read: for each root field its SQL, the names of the
    parameters, PostgreSQL's plan, and what is left to graphql-core and why."""
    from core.commands.running import with_database
    from core.operating.explaining import Asked, explain_document

    asked = Asked(file.read(), variables, operation, user, token)
    found = with_database(
        lambda settings: explain_document(settings, tenant=tenant, asked=asked, analyze=analyze)
    )
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join(map(_shown, found)))


def _shown(field: ExplainedField) -> str:
    if field.why_not is not None:
        return f"{field.name}: left to graphql-core: {field.why_not}"
    parts = [f"{field.name}: read compiled"]
    for each in field.statements:
        parts += ["", *_indented(each.sql.splitlines())]
        parts += ["", f"  parameters: {', '.join(each.parameters)}", "", *_indented(each.plan)]
    if not field.statements:
        parts.append("  nothing to read: no id among the arguments is one of this API's")
    if field.left:
        parts += ["", "  left to graphql-core, object by object:", *_indented(field.left, 4)]
    return "\n".join(parts)


def _indented(lines: Any, by: int = 2) -> list[str]:
    return [" " * by + line for line in lines]
