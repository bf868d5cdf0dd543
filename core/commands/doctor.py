"""`doctor`: what is wrong with this installation, and what to do."""

from __future__ import annotations

import click

from core.commands.printing import json_option


@click.command()
@json_option
def doctor(as_json: bool) -> None:
    """Examine this installation. Ends with 1 when something has failed."""
    from core.doctor import examine, report

    findings = examine()
    click.echo(report(findings, as_json=as_json))
    if any(finding.status == "fail" for finding in findings):
        raise click.exceptions.Exit(1)
